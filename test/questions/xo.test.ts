import { expect } from "bun:test";
import { warningsOf } from "../harness.ts";
import { ofType } from "../xo/estate/records.ts";
import { ask } from "./ask.ts";

ask([
  {
    asks: "How many VMs run?",
    tool: "get_infrastructure_summary",
    answers: (answer, estate) => {
      const vms = ofType(estate, "VM");
      expect(answer).toMatchObject({
        vms: {
          total: vms.length,
          running: vms.filter(({ power_state }) => power_state === "Running").length,
        },
      });
      expect(warningsOf(answer)).toContain("vienna");
    },
  },
]);
