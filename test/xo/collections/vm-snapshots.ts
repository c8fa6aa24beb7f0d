import { reasonsOfVms } from "../fields/reasons.ts";
import { ofVms } from "../fields/words.ts";
import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "snapshots",
  standard: "id,name_label,snapshot_time,$snapshot_of",
  sort: "-snapshot_time",
  shown: `${ofVms} $snapshot_of snapshot_time suspendVdi`,
  hidden: reasonsOfVms,
  read: {
    "other.xo:backup:job": "the job that made it",
    "other.xo:backup:schedule": "the schedule that made it",
  },
});
