import type { Estate } from "./estate.ts";
import { Random } from "./random.ts";
import type { World } from "./world.ts";

/** What the hosts lack, more or less of it: the last host of a pool is up to date, and so is the whole second pool. */
export function makeMissingPatches(world: World): Estate["missingPatches"] {
  const missing: Estate["missingPatches"] = new Map();
  for (const { hosts, index } of world.sites) {
    for (const [number, host] of (index === 1 ? [] : hosts.slice(0, -1)).entries()) {
      const behind = number < 3 ? 2 : new Random(`patches/${host.id}`).int(1, 5);
      missing.set(host.id, patches(world).slice(0, behind));
    }
  }
  return missing;
}

/** What only hosts lack that were left alone for longer: name, version, release, bytes, what it is. */
const OTHERS: [string, string, string, number, string][] = [
  ["sm", "3.2.12", "3.1.xcpng8.3", 1_204_992, "Storage managers"],
  ["qemu", "4.2.1", "5.2.12.1.xcpng8.3", 3_803_112, "qemu-dm device model"],
  ["kernel", "4.19.19", "8.0.38.2.xcpng8.3", 30_412_870, "The Linux kernel"],
];

function patches(world: World): Record<string, unknown>[] {
  const date = world.seconds - 20 * 86_400;
  return [
    {
      name: "xapi-core",
      version: "24.19.2",
      release: "1.10.xcpng8.3",
      size: 5_312_345,
      url: "https://github.com/xapi-project/xen-api",
      license: "LGPL-2.1-or-later",
      description: "The xapi toolstack",
      changelog: {
        date,
        description: "- Fix CVE-2025-0001",
        author: "Builder <builder@example.org>",
      },
    },
    {
      name: "xen-hypervisor",
      version: "4.17.5",
      release: "9.xcpng8.3",
      size: 2_412_345,
      url: "https://xenproject.org",
      license: "GPLv2",
      description: "The Xen hypervisor",
      changelog: { date, description: "- XSA-468", author: "Builder <builder@example.org>" },
    },
    ...OTHERS.map(([name, version, release, size, description]) => ({
      name,
      version,
      release,
      size,
      url: "https://xcp-ng.org",
      license: "GPLv2",
      description,
      changelog: {
        date: date - 30 * 86_400,
        description: `- Update ${name}`,
        author: "Builder <builder@example.org>",
      },
    })),
  ];
}
