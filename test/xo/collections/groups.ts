import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "groups",
  standard: "id,name",
  sort: "name",
  shown: "aclRoleIds id name provider providerGroupId users",
});
