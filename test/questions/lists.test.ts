import { expect } from "bun:test";
import { itemsOf } from "../harness.ts";
import { ofType } from "../xo/estate/records.ts";
import { trap } from "../xo/estate/traps.ts";
import { ask } from "./ask.ts";

ask([
  {
    asks: "Pool by pool, which storage is fullest?",
    tool: "list_srs",
    args: { sort: "pool,-used_percent", fields: "pool,name_label,used_percent" },
    answers: (answer, estate) => {
      const items = itemsOf(answer);
      expect(items).toHaveLength(ofType(estate, "SR").length);
      const pools = ofType(estate, "pool").map(({ name_label }) => name_label);
      expect([...new Set(items.map(({ pool }) => String(pool)))]).toEqual(pools.toSorted());
      for (const group of Map.groupBy(items, ({ pool }) => pool).values()) {
        const used = group.map(({ used_percent = -1 }) => Number(used_percent));
        expect(used).toEqual(used.toSorted((a, b) => b - a));
      }
      const full = trap(estate, "full-sr");
      expect(items.find(({ used_percent }) => used_percent === 93)).toMatchObject({
        name_label: full["name_label"],
      });
    },
  },
  {
    asks: "How large are the disks called old-db-data together?",
    tool: "list_vdis",
    args: { filter: "name_label:/^old-db-data$/", fields: "name_label,storage,size_bytes" },
    answers: (answer, estate) => {
      const disks = ofType(estate, "VDI").filter(({ name_label }) => name_label === "old-db-data");
      expect(disks.length).toBeGreaterThan(0);
      expect(answer).toMatchObject({
        total: disks.length,
        total_size_bytes: disks.reduce((sum, { size }) => sum + size, 0),
      });
      const [first] = itemsOf(answer);
      expect(Object.keys(first ?? {})).toEqual(["name_label", "storage", "size_bytes"]);
    },
  },
  {
    asks: "Which VMs run, and which of them have most memory?",
    tool: "list_vms",
    args: { sort: "-power_state,-memory.size", fields: "name_label,power_state,memory.size" },
    answers: (answer, estate) => {
      const running = ofType(estate, "VM").filter(({ power_state }) => power_state === "Running");
      const most = Math.max(...running.map(({ memory }) => memory.size));
      const states = itemsOf(answer).map(({ power_state }) => power_state);
      const first = states.indexOf("Running");
      expect(states.lastIndexOf("Running") - first + 1).toBe(running.length);
      expect(itemsOf(answer)[first]).toMatchObject({ memory: { size: most } });
    },
  },
]);
