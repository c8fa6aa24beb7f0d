import { reasonsOfVms } from "../fields/reasons.ts";
import { ofVms } from "../fields/words.ts";
import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "VMs",
  standard: "id,name_label,power_state,CPUs.number,memory.size",
  shown: `${ofVms} vulnerabilities.xsa468.driver vulnerabilities.xsa468.reason
    vulnerabilities.xsa468.version`,
  hidden: reasonsOfVms,
  read: {
    "other.xo:backup:job": "the job whose replica it is",
    "other.xo:backup:vm": "the VM whose replica it is",
  },
});
