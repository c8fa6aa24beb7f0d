import { expect, test } from "bun:test";
import { Reservations } from "./reservations.ts";
import { applyTraps, type VmTraps } from "./vm-traps.ts";

const apply = (traps: VmTraps) => () => applyTraps([[]], new Reservations(), traps);

test("two traps that want the same VM are both named", () => {
  expect(apply({ "no-bak": { vm: 7 }, "cd-vm": { vm: 7 } })).toThrow(
    'the traps "no-bak" and "cd-vm" both want VM 7 of the first pool',
  );
});

test("two traps that share a VM may not change the same of it", () => {
  const shared = (change: VmTraps["cd-vm"]): VmTraps => ({
    "no-bak": { vm: 7, change: { tags: ["xo:no-bak"] } },
    ...(change === undefined ? {} : { "cd-vm": change }),
  });
  expect(apply(shared({ with: "no-bak", change: { iso: true } }))).not.toThrow();
  expect(apply(shared({ with: "no-bak", change: { tags: [] } }))).toThrow(
    'the traps "no-bak" and "cd-vm" both want the field "tags" of VM 7 of the first pool',
  );
  expect(apply(shared({ with: "no-tools" }))).toThrow('"cd-vm" is with one that has no VM');
});

test("a thing is one trap's as a whole, or its parts are several traps'", () => {
  const reservations = new Reservations();
  reservations.take("reboot-host", "host 1", "the restart");
  reservations.take("certificate-host", "host 1", "the certificate");
  expect(() => reservations.take("no-bak", "host 1", "the restart")).toThrow(
    'the traps "reboot-host" and "no-bak" both want the restart of host 1',
  );
  expect(() => reservations.take("no-bak", "host 1")).toThrow("both want host 1");
});
