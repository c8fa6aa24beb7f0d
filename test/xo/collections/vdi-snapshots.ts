import { freeMap } from "../fields/reasons.ts";
import { ofDisks } from "../fields/words.ts";
import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "disk snapshots",
  standard: "id,name_label,snapshot_time,size,usage,$snapshot_of,$SR",
  shown: `${ofDisks} $snapshot_of snapshot_time`,
  hidden: { other_config: freeMap },
});
