import { Random } from "./random.ts";
import { GIB } from "./world.ts";

/** What a host is made of. */
export interface HostModel {
  vendor: "AuthenticAMD" | "GenuineIntel";
  modelname: string;
  family: string;
  model: string;
  speed: string;
  sockets: number;
  /** Processors as the hypervisor counts them, threads included. */
  cores: number;
  memory: number;
}

const AMD = { vendor: "AuthenticAMD", family: "25" } as const;
const INTEL = { vendor: "GenuineIntel", family: "6" } as const;

const STANDARD: HostModel = {
  ...AMD,
  modelname: "AMD EPYC 9354P 32-Core Processor",
  model: "1",
  speed: "2994.373",
  sockets: 2,
  cores: 64,
  memory: 512 * GIB,
};

/** Of each pool, from one maker: hosts were added over the years. */
const MODELS: HostModel[][] = [
  [
    STANDARD,
    { ...STANDARD, memory: 768 * GIB },
    { ...STANDARD, modelname: "AMD EPYC 9654 96-Core Processor", cores: 192, memory: 1024 * GIB },
    {
      ...STANDARD,
      modelname: "AMD EPYC 7313P 16-Core Processor",
      speed: "2994.055",
      sockets: 1,
      cores: 32,
      memory: 384 * GIB,
    },
  ],
  [
    {
      ...INTEL,
      modelname: "Intel(R) Xeon(R) Gold 6338 CPU @ 2.00GHz",
      model: "106",
      speed: "1995.312",
      sockets: 2,
      cores: 128,
      memory: 768 * GIB,
    },
    {
      ...INTEL,
      modelname: "Intel(R) Xeon(R) Silver 4310 CPU @ 2.10GHz",
      model: "106",
      speed: "2095.078",
      sockets: 2,
      cores: 48,
      memory: 384 * GIB,
    },
  ],
];

/** The first three hosts of the first pool are alike. */
export function modelOf(site: number, number: number): HostModel {
  if (site === 0 && number < 3) return STANDARD;
  return new Random(`model/${site}/${number}`).pick(MODELS[site % MODELS.length] ?? [STANDARD]);
}
