import type { Estate } from "./estate.ts";
import type { World } from "./world.ts";

/** What the hosts lack: the last host of a pool is up to date, and so is the whole second pool. */
export function makeMissingPatches(world: World): Estate["missingPatches"] {
  const missing: Estate["missingPatches"] = new Map();
  for (const { hosts, index } of world.sites) {
    for (const host of index === 1 ? [] : hosts.slice(0, -1)) {
      missing.set(host.id, patches(world));
    }
  }
  return missing;
}

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
  ];
}
