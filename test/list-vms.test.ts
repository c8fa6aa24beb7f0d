import { describe, expect, test } from "bun:test";
import { call, signIn, useXo } from "./harness.ts";
import { ofType } from "./xo/estate/records.ts";

const fixture = useXo();

describe("list_vms", () => {
  test("counts every match, whatever the page", async () => {
    const { xo } = fixture;
    const answer = await call(signIn(xo), "list_vms", { filter: "power_state:Running", limit: 3 });
    const running = ofType(xo.estate, "VM").filter(({ power_state }) => power_state === "Running");
    expect(answer).toMatchObject({ total: running.length, returned: 3, next_offset: 3 });
  });
});
