import * as z from "zod";

/** Oldest first; what is no number (null, "NaN") is a moment without one. */
const values = z.array(z.number().nullable().catch(null)).catch([]);

/** One row for each core, disk, interface or storage. */
const rows = z.record(z.string(), values).catch({});

const inOut = z.object({ rx: rows, tx: rows }).partial().catch({});
const readWrite = z.object({ r: rows, w: rows }).partial().catch({});

/** Of the year 9999. */
const lastSecond = 253_402_300_799;

/** What a host has measured of itself or of a VM that it runs. Any part may be missing. */
export const Stats = z.object({
  /** Unix seconds of the last value. Each is the mean of the `interval` seconds before its time. */
  endTimestamp: z.number().positive().max(lastSecond),
  interval: z.number().positive().max(lastSecond),
  stats: z
    .object({
      /** Percent of one CPU each. */
      cpus: rows,
      /** Bytes. */
      memory: values,
      /** Bytes; of a VM only with guest tools. */
      memoryFree: values,
      /** Bytes a second, of a VM's disks, */
      xvds: readWrite,
      /** and of a host's storages. */
      ioThroughput: readWrite,
      /** Operations a second. */
      iops: readWrite,
      /** Milliseconds, of a VM's disks. */
      vbdLatency: readWrite,
      /** Bytes a second, of a VM, */
      vifs: inOut,
      /** and of a host. */
      pifs: inOut,
      /** Of the control domain. */
      load: values,
      /** CPUs that VMs run on or wait for, for each physical one. */
      hostload: values,
    })
    .partial()
    .catch({}),
});

export type Stats = z.output<typeof Stats>;
