import { freeMap } from "../fields/reasons.ts";
import { named, ofXapi } from "../fields/words.ts";
import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "storages",
  standard: "id,name_label,SR_type,shared,size,physical_usage",
  shown: `${ofXapi} ${named} $PBDs $container SR_type VDIs allocationStrategy content_type
    current_operations.*=text inMaintenanceMode physical_usage shared size usage`,
  hidden: {
    other_config: freeMap,
    sm_config: "the storage driver's own settings, with who signs in to its targets",
  },
});
