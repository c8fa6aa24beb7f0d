import { reasonOf, standingOf } from "../../estate/gaps.ts";
import { defineRule } from "../rule.ts";

export const serverDisconnected = defineRule({
  id: "server-disconnected",
  severity: "critical",
  title: "Pools that XO is not connected to",
  why: "XO neither shows, nor backs up, nor restarts anything of such a pool, and its objects are in no answer.",
  where: "XO: Settings, Servers. check_connection tells the same.",
  needs: ["servers"],
  whole: ["servers"],
  check({ servers }) {
    const found = servers
      // What an administrator switched off is no failure, nor a second entry for a connected pool.
      .filter((server) => server.enabled !== false && standingOf(server, servers) === "lost")
      .map((server) => ({
        id: server.id,
        name_label: server.poolNameLabel || server.label || server.host || "",
        facts: { status: server.status, address: server.host, error: reasonOf(server.error) },
      }));
    return { found };
  },
});
