import { freeMap } from "../fields/reasons.ts";
import { ofXapi } from "../fields/words.ts";
import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "VM interfaces",
  standard: "id,device,MAC,attached,$network,$VM",
  sort: "$VM",
  shown: `${ofXapi} $VM $network MAC MTU allowedIpv4Addresses allowedIpv6Addresses attached device
    lockingMode rateLimit txChecksumming`,
  hidden: { other_config: freeMap },
});
