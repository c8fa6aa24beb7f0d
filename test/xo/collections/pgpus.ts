import { ofXapi } from "../fields/words.ts";
import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "GPUs",
  standard: "id,pci,dom0Access,isSystemDisplayDevice,$host",
  sort: "$host",
  shown: `${ofXapi} $host $vgpus dom0Access enabledVgpuTypes gpuGroup host isSystemDisplayDevice pci
    supportedVgpuMaxCapcities supportedVgpuTypes vgpus`,
});
