import { ofXapi } from "../fields/words.ts";
import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "messages",
  standard: "id,name,body,$object,time",
  sort: "-time",
  shown: `${ofXapi} $object body name time`,
});
