import { reasonsOfVms } from "../fields/reasons.ts";
import { ofVms } from "../fields/words.ts";
import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "control domains",
  shown: ofVms,
  hidden: reasonsOfVms,
});
