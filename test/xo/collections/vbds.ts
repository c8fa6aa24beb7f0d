import { ofXapi } from "../fields/words.ts";
import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "drives",
  standard: "id,VM,VDI,device,attached,is_cd_drive",
  sort: "VM",
  shown: `${ofXapi} VDI VM attached bootable device is_cd_drive position read_only`,
});
