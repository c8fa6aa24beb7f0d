import { ofXapi } from "../fields/words.ts";
import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "messages",
  shown: `${ofXapi} $object body name time`,
});
