import { ofXapi } from "../fields/words.ts";
import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "PCI devices",
  standard: "id,pci_id,class_name,device_name,$host",
  sort: "$host",
  shown: `${ofXapi} $host class_name device_name pci_id`,
});
