import { nameOf } from "../../estate/name.ts";
import { standingOf } from "../../estate/gaps.ts";
import { defineRule } from "../rule.ts";

export const serverEntryDouble = defineRule({
  id: "server-entry-double",
  severity: "info",
  title: "Second entries for a pool that XO is connected to already",
  why: "XO never connects them; nothing is missing. The entry that is connected is enough.",
  where: "XO: Settings, Servers, where the entry can be removed.",
  needs: ["servers"],
  check({ servers }) {
    return {
      found: servers
        .filter((server) => standingOf(server, servers) === "double")
        .map((server) => ({
          id: server.id,
          name_label: nameOf({ id: server.id, name_label: server.label || server.host || "" }),
          facts: { address: server.host },
        })),
    };
  },
});
