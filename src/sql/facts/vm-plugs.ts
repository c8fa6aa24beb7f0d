import { Vif } from "../../xo/records/vif.ts";
import { fact } from "../fact.ts";

const Plug = Vif.pick({ id: true, device: true, MAC: true, $network: true, $VM: true });

/** The interfaces of VMs, by the VM's id and their number in it: "id/0". */
export const vmPlugs = fact(["vifs"], async ({ xo }) => {
  const vifs = await xo.records("vifs", Plug);
  return new Map(vifs.map((vif) => [`${vif.$VM}/${vif.device}`, vif]));
});
