import { ofXapi } from "../fields/words.ts";
import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "drives",
  shown: `${ofXapi} VDI VM attached bootable device is_cd_drive position read_only`,
});
