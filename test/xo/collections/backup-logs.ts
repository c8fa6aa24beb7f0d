import { reasonsOfRuns } from "../fields/reasons.ts";
import { ofRuns } from "../fields/words.ts";
import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "backup runs",
  standard: "id,jobName,jobId,message,status,start,end",
  sort: "-start",
  shown: `${ofRuns} data.mode=text? data.reportWhen=text?`,
  hidden: reasonsOfRuns,
  read: {
    "result.code": "why a run failed",
    "result.message": "why a run failed",
    "result.name": "why a run failed",
    "result.size": "bytes of a transfer",
  },
});
