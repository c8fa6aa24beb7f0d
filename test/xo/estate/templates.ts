import type { PoolRecord, VmTemplateRecord } from "./records.ts";
import { DAY, GIB, type Site, type World } from "./world.ts";
import { addDisk } from "./records/vdi.ts";
import { plug } from "./records/vbd.ts";
import { vmFields } from "./records/vm-like.ts";

const DEFAULTS = [
  "Debian Bookworm 12",
  "Ubuntu Noble Numbat 24.04",
  "AlmaLinux 9",
  "Windows Server 2022 (64-bit)",
  "Other install media",
];

/** The templates that come with a pool, and one of its own that holds a disk. */
export function addTemplates(
  world: World,
  { pool, storage }: { pool: PoolRecord; storage: Site["storage"] },
): VmTemplateRecord[] {
  const templates = DEFAULTS.map((name) => addDefault(world, pool, name));
  const [sr] = storage.guests;
  if (sr !== undefined) {
    const custom: VmTemplateRecord = world.add({
      ...vmFields({ cpus: 2, memory: 4 * GIB, seed: `${pool.name_label}/golden` }),
      ...world.base("VM-template", `${pool.name_label}/golden`, pool.id),
      name_label: "golden-debian-12",
      name_description: "hardened base image",
      installTime: world.seconds - 150 * DAY,
      isDefaultTemplate: false,
      template_info: { disks: [], install_methods: [] },
      $container: pool.id,
    });
    const vdi = addDisk(world, {
      sr,
      key: `${pool.name_label}/golden`,
      name_label: "golden-debian-12_0",
      size: 20 * GIB,
      used: 0.15,
    });
    plug(world, { vm: custom, vdi, position: 0 });
    world.trap("custom-template", custom.id);
    templates.push(custom);
  }
  return templates;
}

function addDefault(world: World, pool: PoolRecord, name: string): VmTemplateRecord {
  const key = `${pool.name_label}/${name}`;
  const base = world.base("VM-template", key, pool.id);
  const fields = vmFields({ cpus: 1, memory: 2 * GIB, seed: key });
  return world.add({
    ...fields,
    ...base,
    // Default templates exist in every pool, so XO prefixes their id; the uuid stays bare.
    id: `${pool.id}-${base.uuid}`,
    name_label: name,
    installTime: world.seconds - 300 * DAY,
    other: {
      ...fields.other,
      default_template: "true",
      linux_template: "true",
      "install-methods": "cdrom,http,ftp",
      "install-arch": "amd64",
    },
    isDefaultTemplate: true,
    template_info: {
      arch: "amd64",
      disks: [{ device: "0", size: 10 * GIB, bootable: true, type: "system", SR: "" }],
      install_methods: ["cdrom", "http", "ftp"],
    },
    $container: pool.id,
  });
}
