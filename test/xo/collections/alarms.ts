import { ofXapi } from "../fields/words.ts";
import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "alarms",
  standard: "id,name,body,object,time",
  sort: "-time",
  shown: `${ofXapi} body.name body.value name object.href object.type object.uuid time`,
});
