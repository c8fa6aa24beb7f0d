import { firstOf } from "../name.ts";
import type { Around, EvacuatedHost } from "./around.ts";
import type { Needs } from "./needs.ts";
import { named, type Obstacle } from "./obstacle.ts";

/** What a host lacks for a VM, on which other hosts may lack the same. */
interface Lack {
  /** The cause without the hosts: for one cause, one text. */
  what: string;
  mend: string;
  verb: string;
  /** Only the place of a disk, which can move along with its VM. */
  isDisk?: true;
}

/** What hosts offer, looked up once for all VMs. */
export class Targets {
  readonly #source: EvacuatedHost;
  /** Keys are "storage host". */
  readonly #plugged = new Set<string>();
  readonly #linked = new Set<string>();
  readonly #srs: ReadonlyMap<string, Around["srs"][number]>;
  readonly #networks: ReadonlyMap<string, Around["networks"][number]>;
  readonly #portsOf: ReadonlyMap<string, Around["pifs"]>;
  /** The hosts on which running VMs are connected to a network. */
  readonly #inUseOn = new Map<string, Set<string>>();

  constructor(around: Around, source: EvacuatedHost) {
    this.#source = source;
    for (const { SR, host, attached } of around.pbds) {
      this.#linked.add(`${SR} ${host}`);
      if (attached === true) this.#plugged.add(`${SR} ${host}`);
    }
    this.#srs = new Map(around.srs.map((sr) => [sr.id, sr]));
    this.#networks = new Map(around.networks.map((network) => [network.id, network]));
    this.#portsOf = Map.groupBy(around.pifs, ({ $network }) => $network ?? "");
    const running = new Map(
      around.vms
        .filter(({ power_state }) => power_state === "Running")
        .map(({ id, $container }) => [id, $container ?? ""]),
    );
    for (const { $network, $VM } of around.vifs) {
      const host = running.get($VM ?? "");
      if (!$network || host === undefined) continue;
      this.#inUseOn.set($network, (this.#inUseOn.get($network) ?? new Set()).add(host));
    }
  }

  /** What keeps a VM off these hosts, each cause once with all hosts that it holds for. */
  obstacles(needs: Needs, hosts: readonly EvacuatedHost[]): Obstacle[] {
    const found = new Map<string, { lack: Lack; hosts: EvacuatedHost[] }>();
    for (const host of hosts) {
      for (const lack of this.lacks(needs, host)) {
        const entry = found.get(lack.what) ?? { lack, hosts: [] };
        if (!entry.hosts.includes(host)) entry.hosts.push(host);
        found.set(lack.what, entry);
      }
    }
    return [...found.values()].map(({ lack, hosts: without }) => {
      const on = without.length === hosts.length ? "any other host" : listed(without);
      return {
        why: `${lack.what} ${lack.verb} ${on}`,
        mend: lack.mend,
        certain: true,
      };
    });
  }

  /**
   * Whether a VM can go to a host with its disks, which get another storage there: XAPI then looks
   * at no storage (xapi_vm_migrate.ml, assert_can_migrate).
   */
  takesWithDisks(needs: Needs, host: EvacuatedHost): boolean {
    return this.lacks(needs, host).every(({ isDisk }) => isDisk === true);
  }

  /** What a host lacks for a VM (xapi_vm_helpers.ml, assert_can_boot_here; without memory). */
  lacks({ vm, storages, networks }: Needs, host: EvacuatedHost): Lack[] {
    const vcpus = vm.CPUs?.max ?? vm.CPUs?.number ?? 0;
    const cores = host.cpus?.cores ?? 0;
    const vendor = host.CPUs?.vendor;
    const [from, isHvm] = [this.#source.CPUs?.vendor, vm.virtualizationMode === "hvm"];
    return [
      ...storages.flatMap((storage) => this.#storageLack(storage, host.id) ?? []),
      ...networks.flatMap((network) => this.#networkLack(network, host.id) ?? []),
      ...(cores > 0 && vcpus > cores
        ? [
            {
              what: `its ${vcpus} vCPUs (the most it may have) are more than the processors`,
              mend: "give it fewer vCPUs, which needs a restart",
              verb: "of",
            },
          ]
        : []),
      ...(vendor && from && vendor !== from
        ? [
            {
              what: `a CPU of ${vendor}, where it started on one of ${from}, is in`,
              mend: "shut it down and start it there",
              verb: "",
            },
          ]
        : []),
      ...(isHvm && host.hvmCapable === false
        ? [{ what: "hardware virtualisation is off", mend: "switch it on in the BIOS", verb: "on" }]
        : []),
    ];
  }

  #storageLack({ sr: id, medium }: Needs["storages"][number], host: string): Lack | undefined {
    if (this.#plugged.has(`${id} ${host}`)) return undefined;
    const sr = this.#srs.get(id);
    const name = named(sr?.name_label ?? "", id);
    const isShared = sr?.shared === true;
    const linked = this.#linked.has(`${id} ${host}`);
    const link = linked ? "plug the storage's link there" : "link the storage to that host";
    if (medium !== undefined) {
      return {
        what: `its drive holds ${medium} of storage ${name}, which is not plugged`,
        mend: `eject it, unless the guest is installing from it${isShared ? `; or ${link}` : ""}`,
        verb: "on",
      };
    }
    return {
      what: `it has a disk on storage ${name}, which is not plugged`,
      mend: `${isShared || linked ? link : "move its disks to shared storage"}; by hand XO can move it together with its disks`,
      verb: "on",
      isDisk: true,
    };
  }

  #networkLack(id: string, host: string): Lack | undefined {
    const ports = this.#portsOf.get(id) ?? [];
    const network = this.#networks.get(id);
    const name = named(network?.name_label ?? "", id);
    if (ports.length === 0) {
      if (network?.other_config?.assume_network_is_shared === "true") return undefined;
      const hosts = this.#inUseOn.get(id);
      if (hosts === undefined || hosts.has(host)) return undefined;
      return {
        what: `its network ${name} is inside its host alone and not`,
        mend: "connect it to another network, or shut down all VMs on that one",
        verb: "on",
      };
    }
    const own = ports.filter(({ $host }) => $host === host);
    const mend = "give those hosts an interface on it, or connect the VM to another network";
    if (own.length === 0) return { what: `its network ${name} has no interface`, mend, verb: "on" };
    return own.some(({ bondMaster }) => bondMaster)
      ? { what: `its network ${name} is a port of a bond`, mend, verb: "on" }
      : undefined;
  }
}

/** Names of hosts in a sentence, with a count of what is too much. */
export function listed(hosts: readonly EvacuatedHost[]): string {
  return firstOf(hosts.map(({ name_label, id }) => named(name_label, id)).toSorted(), 3);
}
