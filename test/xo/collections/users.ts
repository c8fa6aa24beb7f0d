import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "users",
  standard: "id,name,permission",
  sort: "name",
  shown: "email groups id name permission",
  hidden: {
    authProviders: "who the user is elsewhere, as a plug-in wrote it",
    preferences: "keys and one-time passwords",
    pw_hash: "the hash of a password",
  },
});
