import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "schedules",
  standard: "id,name,jobId,cron,timezone,enabled",
  sort: "name",
  shown: "cron enabled id jobId name timezone",
});
