import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "groups",
  shown: "aclRoleIds id name provider providerGroupId users",
});
