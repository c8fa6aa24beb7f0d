import type { Estate } from "../estate.ts";
import { uuidOf } from "../random.ts";
import { ofType, type VmRecord } from "../records.ts";
import { situationsOf } from "./situation.ts";

const GIB = 1024 ** 3;

export const lastWordSituations = situationsOf({
  /** A host lost its power and HA is off: its VMs stay Running until somebody declares it dead. */
  "host-silent": (estate) => {
    const host = silentHost(estate);
    const [pool] = ofType(estate, "pool");
    if (pool !== undefined) pool.HA_enabled = false;
    Object.assign(host, { power_state: "Halted", memory: { size: host.memory.size, usage: 0 } });
  },
  /** Secure Boot as a wish with a BIOS and with UEFI, a wide gap below the static maximum, odd letters. */
  "odd-settings": (estate) => {
    const { bios, uefi, gap, accent, alphabet } = oddVms(estate);
    Object.assign(bios, { secureBoot: true, boot: { order: "cdn", firmware: "bios" } });
    Object.assign(uefi, { secureBoot: true, boot: { order: "cdn", firmware: "uefi" } });
    gap.memory = { static: [2 * GIB, 16 * GIB], dynamic: [4 * GIB, 8 * GIB], size: 8 * GIB };
    // Decomposed, as some systems store it; and the letter е of the Cyrillic alphabet.
    Object.assign(accent, { name_label: "Bu\u0308ro-PC", tags: ["cafe\u0301"] });
    alphabet.name_label = "w\u0435b-prod-99";
  },
  /** The first pool has the start of VMs off; of those that want it HA protects one and XO's copy is one. */
  "autostart-off": (estate) => {
    const [pool] = ofType(estate, "pool");
    Object.assign(pool ?? {}, { auto_poweron: false, HA_enabled: true });
    estate.tasks = estate.tasks.filter((task) => !/rolling/i.test(JSON.stringify(task)));
    for (const vm of ofType(estate, "VM")) Object.assign(vm, { auto_poweron: false });
    const { bios, uefi } = oddVms(estate);
    Object.assign(bios, { auto_poweron: true, high_availability: "" });
    Object.assign(uefi, { auto_poweron: true, high_availability: "restart" });
    const replica = ofType(estate, "VM").find(
      ({ blockedOperations }) => blockedOperations["start"],
    );
    Object.assign(replica ?? {}, { auto_poweron: true });
  },
  /** A VM that HA should restart, in a pool whose HA is off. */
  "ha-wished-in-vain": (estate) => {
    const [pool] = ofType(estate, "pool");
    if (pool !== undefined) pool.HA_enabled = false;
    oddVms(estate).bios.high_availability = "restart";
  },
  /** XO restarts the hosts of the first pool one after the other, and has switched it off meanwhile. */
  "rolling-update": (estate) => {
    estate.tasks.push({
      id: `0${estate.now.toString(36)}-rolling`,
      status: "pending",
      start: estate.now - 600_000,
      properties: { name: "rolling pool update", objectId: ofType(estate, "pool")[0]?.id },
    });
  },
});

/** The last host of the first pool. */
export function silentHost(estate: Estate) {
  const [pool] = ofType(estate, "pool");
  const host = ofType(estate, "host")
    .filter(({ $pool }) => $pool === pool?.id)
    .at(-1);
  if (host === undefined) throw new Error("this estate has no host");
  return host;
}

/** The VMs on it. */
export function strandedVms(estate: Estate): VmRecord[] {
  const { id } = silentHost(estate);
  return ofType(estate, "VM").filter(
    ({ $container, power_state }) =>
      $container === id && (power_state === "Running" || power_state === "Paused"),
  );
}

/** Running VMs of the first pool on other hosts, each for one oddity. */
export function oddVms(estate: Estate) {
  const [pool] = ofType(estate, "pool");
  const silent = silentHost(estate).id;
  const [bios, uefi, gap, accent, alphabet] = ofType(estate, "VM").filter(
    ({ id, $pool, $container, power_state, managementAgentDetected }) =>
      $pool === pool?.id &&
      power_state === "Running" &&
      managementAgentDetected === true &&
      $container !== silent &&
      id !== estate.traps.get("xsa468-vm"),
  );
  if (!bios || !uefi || !gap || !accent || !alphabet) throw new Error("too few running VMs");
  return { bios, uefi, gap, accent, alphabet };
}

/** What XAPI warned of, by message: the object, hours ago, and whether it is to be told. */
export function xapiMessages(estate: Estate) {
  const [pool] = ofType(estate, "pool");
  const hosts = ofType(estate, "host").filter(({ $pool }) => $pool === pool?.id);
  const [first, second] = hosts;
  const last = hosts.at(-1);
  const [sr] = ofType(estate, "SR").filter(({ content_type }) => content_type === "user");
  const halted = ofType(estate, "VM").find(
    (vm) => vm.$pool === pool?.id && vm.power_state === "Halted",
  );
  const { bios } = oddVms(estate);
  if (!pool || !first || !second || !last || !sr || !halted) throw new Error("too small");
  const told = (name: string, id: string, hours: number) => ({ name, id, hours, isOpen: true });
  const over = (name: string, id: string, hours: number) => ({ name, id, hours, isOpen: false });
  return [
    told("HA_POOL_OVERCOMMITTED", pool.id, 24 * 20),
    told("HA_PROTECTED_VM_RESTART_FAILED", halted.id, 24 * 2),
    // That VM runs again.
    over("HA_PROTECTED_VM_RESTART_FAILED", bios.id, 24 * 2),
    told("HA_STATEFILE_LOST", second.id, 20),
    over("HA_STATEFILE_LOST", first.id, 24 * 8),
    over("HA_STATEFILE_APPROACHING_TIMEOUT", first.id, 1),
    told("HOST_CLOCK_SKEW_DETECTED", second.id, 24 * 30),
    // Before its last start.
    over("HOST_CLOCK_SKEW_DETECTED", first.id, 24 * 60),
    over("HOST_CLOCK_SKEW_DETECTED", uuidOf("host/removed"), 1),
    told("PBD_PLUG_FAILED_ON_SERVER_START", last.id, 24 * 3),
    // All its links are there now.
    over("PBD_PLUG_FAILED_ON_SERVER_START", second.id, 24 * 3),
    told("HOST_KERNEL_ENCOUNTERED_ERROR_MCE", first.id, 24 * 10),
    told("SM_GC_NO_SPACE", sr.id, 5),
    told("TLS_VERIFICATION_EMERGENCY_DISABLED", first.id, 24 * 100),
    over("METADATA_LUN_BROKEN", pool.id, 24 * 5),
    over("METADATA_LUN_HEALTHY", pool.id, 24 * 4),
    over("CLUSTER_HOST_JOINING", second.id, 1),
    over("LICENSE_EXPIRED", pool.id, 24 * 3),
    over("HOST_SERVER_CERTIFICATE_EXPIRED", second.id, 24 * 3),
    over("VM_STARTED", bios.id, 1),
  ];
}

export const xapiMessageSituations = situationsOf({
  /** What XAPI warned of in messages that XO takes for no alarms: open, over and of no matter. */
  "xapi-messages": (estate) => {
    const [like] = ofType(estate, "message");
    const silent = silentHost(estate).id;
    for (const link of ofType(estate, "PBD")) {
      const isMaintenance = estate.objects.get(link.SR)?.["inMaintenanceMode"] === true;
      if (!isMaintenance && link.host !== silent) link.attached = true;
    }
    for (const { name, id: $object, hours } of xapiMessages(estate)) {
      const id = uuidOf(`message/${name}/${$object}`);
      const time = Math.floor(estate.now / 1000) - hours * 3_600;
      const $pool = ofType(estate, "pool")[0]?.id;
      estate.objects.set(id, {
        ...like,
        id,
        uuid: id,
        type: "message",
        name,
        body: "",
        time,
        $object,
        $pool,
      });
    }
  },
});
