import { ofType } from "../xo/estate/records.ts";
import { askAll } from "./questions.ts";

askAll([
  {
    asks: "How many VMs are there in each state, with how much memory?",
    sql: "select power_state, count(*), sum(memory_bytes) from vms group by power_state",
    rows: (estate) =>
      [...Map.groupBy(ofType(estate, "VM"), ({ power_state }) => power_state)].map(
        ([state, vms]) => [
          state,
          vms.length,
          vms.reduce((sum, { memory }) => sum + (memory.size ?? 0), 0),
        ],
      ),
  },
]);
