import { situationsOf } from "./situation.ts";

/** States of XO itself. */
export const xoSituations = situationsOf({
  /** XO was restarted: its servers are connected, and their objects are not there yet. */
  "just-started": (estate) => {
    estate.servers = estate.servers.filter(({ status }) => status === "connected");
    estate.objects.clear();
  },
});
