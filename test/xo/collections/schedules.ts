import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "schedules",
  shown: "cron enabled id jobId name timezone",
});
