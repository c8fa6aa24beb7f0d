import { signIn } from "../fields/reasons.ts";
import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "connections to pools",
  standard: "id,label,host,status,enabled,poolNameLabel",
  sort: "label",
  shown: `allowUnauthorized enabled error=said? host id label master poolId
    poolMembersAddresses=list? poolNameDescription poolNameLabel readOnly status`,
  hidden: { username: "who XO signs in to the pool as", httpProxy: signIn },
  read: {
    httpProxy: "what its error is told without",
    username: "what its error is told without",
  },
});
