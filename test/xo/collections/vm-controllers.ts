import { reasonsOfVms } from "../fields/reasons.ts";
import { ofVms } from "../fields/words.ts";
import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "control domains",
  standard: "id,name_label,power_state,memory.size,$container",
  shown: ofVms,
  hidden: reasonsOfVms,
});
