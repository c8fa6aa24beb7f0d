import { freeMap } from "../fields/reasons.ts";
import { named, ofXapi } from "../fields/words.ts";
import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "networks",
  standard: "id,name_label,bridge,MTU",
  shown: `${ofXapi} ${named} MTU PIFs VIFs automatic bridge current_operations.*=text defaultIsLocked
    insecureNbd isBonded nbd`,
  hidden: { other_config: freeMap },
  read: {
    "other_config.assume_network_is_shared": "whether a network without a port spans hosts",
  },
});
