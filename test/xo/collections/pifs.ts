import { ofXapi } from "../fields/words.ts";
import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "host interfaces",
  standard: "id,device,vlan,attached,carrier,speed,ip,$host,$network",
  sort: "$host",
  shown: `${ofXapi} $host $network attached bondMaster bondSlaves carrier device deviceName
    disallowUnplug dns gateway ip ipv6 ipv6Mode isBondMaster isBondSlave mac management mode mtu
    netmask physical primaryAddressType speed vlan`,
});
