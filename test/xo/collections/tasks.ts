import { carried, reasonsOfCalls, reasonsOfErrors, reasonsOfSteps } from "../fields/reasons.ts";
import { properties, steps, words } from "../fields/words.ts";
import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "tasks",
  standard: "id,properties.name,properties.type,status,start,end",
  sort: "-start",
  shown: `${words} ${steps} ${properties} abortionRequestedAt end id progress start status updatedAt`,
  hidden: {
    ...reasonsOfErrors,
    ...reasonsOfSteps,
    "infos.*.data": carried,
    ...reasonsOfCalls("properties."),
    ...reasonsOfCalls("tasks.*.properties."),
    data: carried,
    "tasks.*.data": carried,
  },
});
