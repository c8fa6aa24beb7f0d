import type * as z from "zod";
import type { Xo } from "../xo/client.ts";
import { hasId } from "../xo/filter.ts";
import { Network } from "../xo/records/network.ts";
import { Vif } from "../xo/records/vif.ts";
import type { Vm } from "../xo/records/vm.ts";
import { nameAmong } from "./name.ts";

type Addressed = Pick<z.output<typeof Vm>, "id" | "addresses">;

/**
 * The interfaces of a VM with network and addresses, beside their records.
 * @param isSure whether it is sure that it runs: else its addresses are the last known, which another
 *   may have by now
 */
export async function readInterfaces(xo: Xo, vm: Addressed, isSure: boolean) {
  const [vifs, networks] = await Promise.all([
    xo.records("vifs", Vif, hasId("$VM", vm.id)),
    xo.records("networks", Network),
  ]);
  const networkById = new Map(networks.map((network) => [network.id, network]));
  const byDevice = addressesByDevice(vm.addresses ?? {});
  const described = vifs
    .toSorted((a, b) => Number(a.device ?? 0) - Number(b.device ?? 0))
    .map((vif) => {
      const addresses = byDevice.get(vif.device ?? "") ?? [];
      return {
        device: vif.device,
        mac: vif.MAC,
        mtu: vif.MTU,
        attached: vif.attached,
        network: nameAmong(networkById, vif.$network),
        ...(isSure
          ? { addresses }
          : { last_known_addresses: addresses.length === 0 ? undefined : addresses }),
      };
    });
  return { vifs, described };
}

/** XO keys addresses by "device/protocol/position", older guests by "device/ip"; a value may hold several. */
export function addressesByDevice(addresses: Record<string, string>): Map<string, string[]> {
  const byDevice = new Map<string, string[]>();
  for (const [key, text] of Object.entries(addresses)) {
    const device = key.split("/")[0] ?? "";
    const found = text.split(/[\s,]+/).filter((address) => address !== "");
    byDevice.set(device, [...new Set([...(byDevice.get(device) ?? []), ...found])]);
  }
  return byDevice;
}
