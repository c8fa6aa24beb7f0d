import { ofXapi } from "../fields/words.ts";
import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "PCI devices",
  shown: `${ofXapi} $host class_name device_name pci_id`,
});
