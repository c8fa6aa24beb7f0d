import * as z from "zod";

/** A network interface of a host: a port, a bond of ports, or a VLAN on either. */
export const Pif = z.object({
  id: z.string(),
  /** eth0, bond0; a VLAN has the name of what it is on. */
  device: z.string().nullish(),
  /**
   * Whether XAPI has plugged it, as it does with every port at its start, used or not
   * (xapi_pif.ml). False for every interface of a host that is down.
   */
  attached: z.boolean().nullish(),
  /** Whether there is a link. False as well where the host told nothing of it; no word on a bond. */
  carrier: z.boolean().nullish(),
  /** Mbit/s; 0 without a link. */
  speed: z.number().nullish(),
  /** -1 for none. */
  vlan: z.number().nullish(),
  mtu: z.number().nullish(),
  mac: z.string().nullish(),
  /** Empty for none. */
  ip: z.string().nullish(),
  /** How it gets an address: None, DHCP, Static; for IPv6 Autoconf as well. */
  mode: z.string().nullish(),
  ipv6Mode: z.string().nullish(),
  management: z.boolean().nullish(),
  /** A port, and no bond or VLAN. */
  physical: z.boolean().nullish(),
  isBondMaster: z.boolean().nullish(),
  /** Of a port in a bond: the interface of the bond. */
  bondMaster: z.string().nullish(),
  /** Of a bond: its ports. */
  bondSlaves: z.array(z.string()).nullish(),
  $host: z.string().nullish(),
  $network: z.string().nullish(),
  $pool: z.string().nullish(),
});
