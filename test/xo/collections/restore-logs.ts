import { reasonsOfRuns } from "../fields/reasons.ts";
import { ofRuns } from "../fields/words.ts";
import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "restores",
  standard: "id,status,start,end",
  sort: "-start",
  shown: `${ofRuns} data.backupId=text? data.jobId=text? data.srId=text? data.time=milliseconds?`,
  hidden: reasonsOfRuns,
});
