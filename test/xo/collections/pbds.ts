import { freeMap } from "../fields/reasons.ts";
import { ofXapi } from "../fields/words.ts";
import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "storage links",
  standard: "id,host,SR,attached",
  sort: "host",
  shown: `${ofXapi} SR attached host`,
  hidden: { device_config: "what a host signs in to the storage with", otherConfig: freeMap },
  read: {
    "device_config.SCSIid": "the LUNs behind a link",
    "otherConfig.mpath-*": "the paths to each LUN",
    "otherConfig.multipathed": "whether paths are watched",
  },
});
