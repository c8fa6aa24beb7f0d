import { signIn } from "../fields/reasons.ts";
import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "backup repositories",
  standard: "id,name,enabled",
  sort: "name",
  shown: `benchmarks.*.readRate benchmarks.*.timestamp
    benchmarks.*.writeRate enabled error=said? id name proxy`,
  hidden: { url: signIn, options: "what a mount signs in with" },
  read: { url: "what its error is told without" },
});
