import type { Estate, XoRecord } from "../estate.ts";
import { isReplica } from "../jobs.ts";
import { uuidOf } from "../random.ts";
import { ofType } from "../records.ts";
import { lastRunOf, vmStep } from "./run-steps.ts";
import { situationsOf } from "./situation.ts";

/** How many there are of each thing. */
const crowd = 5_000;
const many = 500;

export const crowdedSituations = situationsOf({
  /**
   * More of everything than an answer can hold: 5,000 disks of one VM on one storage and as many
   * without a VM, a run of 500 VMs, 500 lost pools, 500 interfaces and tags, and long texts.
   */
  crowded: (estate) => {
    const [vm] = ofType(estate, "VM").filter((each) => !isReplica(each) && each.$VBDs.length > 0);
    if (vm === undefined) throw new Error("this estate has no VM");
    const copy = copierOf(estate);
    const [link] = ofType(estate, "VBD").filter(
      ({ VM, is_cd_drive }) => VM === vm.id && !is_cd_drive,
    );
    const [interface_] = ofType(estate, "VIF").filter(({ $VM }) => $VM === vm.id);
    const disk = estate.objects.get(link?.VDI ?? "");
    if (link === undefined || interface_ === undefined || disk === undefined)
      throw new Error("this VM has no disk or no interface");
    for (let number = 0; number < crowd; number++) {
      const own = copy(disk, `disk/${number}`, {
        $VBDs: [uuidOf(`link/${number}`)],
        snapshots: [],
      });
      copy(link, `link/${number}`, { VDI: own.id, position: `${number + 10}` });
      copy(disk, `loose/${number}`, { $VBDs: [], snapshots: [] });
    }
    for (let number = 0; number < many; number++) {
      copy(interface_, `interface/${number}`, { device: `${number + 10}` });
      vm.addresses[`${number}/ipv4/0`] = `10.99.${number >> 8}.${number & 255}`;
    }
    vm.$VBDs = ofType(estate, "VBD").flatMap(({ VM, id }) => (VM === vm.id ? [id] : []));
    vm.VIFs = ofType(estate, "VIF").flatMap(({ $VM, id }) => ($VM === vm.id ? [id] : []));
    for (const record of estate.objects.values()) lengthen(record);
    for (const sr of ofType(estate, "SR")) {
      sr.VDIs = ofType(estate, "VDI").flatMap(({ $SR, id }) => ($SR === sr.id ? [id] : []));
    }
    fillRuns(estate);
    loseServers(estate);
  },
});

function copierOf(estate: Estate) {
  return <T extends XoRecord>(record: T, key: string, change: Partial<T>): T => {
    const id = uuidOf(`crowd/${key}`);
    const made = { ...record, id, uuid: id, ...change };
    estate.objects.set(id, made);
    return made;
  };
}

/** But of disks and snapshots: of those there are so many that XO's answers would be too long. */
function lengthen(record: XoRecord): void {
  if (record.type.startsWith("VDI")) return;
  if ("name_description" in record) record["name_description"] = "Zeile „1“\n".repeat(many);
  if ("tags" in record) record["tags"] = Array.from({ length: many }, (_, at) => `tag "${at}"`);
}

function fillRuns(estate: Estate): void {
  for (const job of estate.jobs) {
    const runs = estate.backupLogs.filter(({ jobId }) => jobId === job.id);
    if (runs.every(({ status }) => status === "pending")) continue;
    const run = lastRunOf(estate, job);
    const vms = Array.from({ length: many }, (_, at) => uuidOf(`crowd/vm/${at}`));
    run["tasks"] = vms.map((id) => vmStep(estate, id, "failure", []));
  }
}

function loseServers(estate: Estate): void {
  const lost = estate.servers.find(({ status }) => status === "disconnected");
  for (let at = 0; at < many; at++) {
    const name = `${"lost pool ".repeat(20)}${at}`;
    estate.servers.push({
      ...lost,
      id: uuidOf(`crowd/server/${at}`),
      label: name,
      host: `192.0.2.${at}`,
    });
  }
}
