import { Random } from "./random.ts";
import type { PowerState } from "./records.ts";
import type { TrapName } from "./traps.ts";
import type { World } from "./world.ts";

/** What a VM will be, before it has records. */
export interface VmPlan {
  /** Makes all of its ids. */
  key: string;
  name: string;
  description: string;
  role: string;
  env: string;
  tags: string[];
  state: PowerState;
  cpus: number;
  maxCpus?: number;
  memoryGib: number;
  os: Os;
  tools: "current" | "old" | "none" | "drivers" | "agent";
  disksGib: number[];
  snapshots: number;
  /** Instead of the one address it would get, `{}` for none; of a VM that is off, the last ones. */
  addresses?: Record<string, string>;
  mac?: string;
  osUnknown?: boolean;
  busy?: boolean;
  iso?: boolean;
  missingDisk?: boolean;
  /** Whether its disks lie on the own storage of a host. */
  local?: boolean;
  /** Whether its second disk is marked so that no backup has it. */
  leftOutDisk?: boolean;
  xsa468?: boolean;
  notes?: string;
  /** How long ago it was installed; without it, from two months to a year. */
  ageDays?: number;
  /** Whether its disks after the first lie on another storage. */
  split?: boolean;
  /** Whether it is also on the network that few use, where its pool has one. */
  lab?: boolean;
  /** Whether it is also on the network that one host of the first pool has no interface on. */
  voice?: boolean;
  /** The traps that it is. */
  traps: TrapName[];
  /** The traps that are a part of it. */
  parts: TrapName[];
}

/** What guest tools report about an operating system. */
export interface Os {
  name: string;
  distro: string;
  major: string;
  minor: string;
  uname?: string;
}

const LINUX: Os[] = [
  {
    name: "Debian GNU/Linux 12 (bookworm)",
    distro: "debian",
    uname: "6.1.0-28-amd64",
    major: "12",
    minor: "0",
  },
  {
    name: "Ubuntu 24.04.1 LTS",
    distro: "ubuntu",
    uname: "6.8.0-50-generic",
    major: "24",
    minor: "04",
  },
  {
    name: "AlmaLinux 9.5 (Teal Serval)",
    distro: "almalinux",
    uname: "5.14.0-503.el9",
    major: "9",
    minor: "5",
  },
];

export const WINDOWS: Os = {
  name: "Microsoft Windows Server 2022 Standard|C:\\Windows|\\Device\\Harddisk0\\Partition4",
  distro: "windows",
  major: "10",
  minor: "0",
};

const ROLES = ["web", "db", "app", "cache", "mail", "ci", "mon", "dns", "queue", "k8s-node"];
const RARE_ROLES = ["jump", "ad", "proxy", "files"];
const TEAMS = ["web", "data", "ops", "hr"];

/** An ordinary VM: named after its role and environment, tagged with them, mostly running. */
export function ordinaryPlan(world: World, site: number, index: number): VmPlan {
  const random = new Random(`vm/${site}/${index}`);
  // The first ones are fixed, so that every estate has the names that tests and examples use.
  const role = ROLES[index] ?? random.pick(random.chance(0.9) ? ROLES : RARE_ROLES);
  const roll = random.next();
  // Every tenth is staging: even the smallest estate has some for the backup job that looks for them.
  const staging = index % 10 === 9;
  const env = staging ? "staging" : index < 4 || roll < 0.55 ? "prod" : roll < 0.8 ? "test" : "dev";
  const tags = [env];
  if (random.chance(0.4)) {
    tags.push(`team=${random.pick(TEAMS)}`);
  }
  const os = role === "ad" ? WINDOWS : random.pick(LINUX);
  const fate = random.next();
  const disksGib = [random.pick([10, 20, 40])];
  if (role === "db" || random.chance(0.2)) {
    disksGib.push(random.pick([50, 100, 200]));
  }
  return {
    key: `${site}/${index}`,
    name: world.numbered(`${role}-${env}`),
    description: random.chance(0.7) ? `${env} ${role} server` : "",
    role,
    env,
    tags,
    state: fate < 0.9 ? "Running" : fate < 0.98 ? "Halted" : "Suspended",
    cpus: random.pick([1, 2, 2, 2, 4, 4, 8]),
    memoryGib: random.pick([1, 2, 2, 4, 4, 4, 8]),
    os,
    tools: random.chance(0.95) ? "current" : "old",
    disksGib,
    snapshots: random.chance(0.2) ? random.int(1, 3) : 0,
    traps: [],
    parts: [],
  };
}
