import { freeMap } from "../fields/reasons.ts";
import { ofDisks } from "../fields/words.ts";
import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "disks",
  standard: "id,name_label,size,usage,$SR",
  shown: `${ofDisks} chainPhysicalUsage`,
  hidden: { other_config: freeMap },
});
