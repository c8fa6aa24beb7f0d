import { Pif } from "../../xo/records/pif.ts";
import { fact } from "../fact.ts";

/** The device of each interface of a host, by its id. */
export const pifDevices = fact(["pifs"], async ({ xo }) => {
  const pifs = await xo.records("pifs", Pif.pick({ id: true, device: true }));
  return new Map(pifs.map(({ id, device }) => [id, device]));
});
