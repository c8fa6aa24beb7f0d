/** The settings of XO that the REST API reads. */
export class Config {
  mcpEnabled = true;

  members() {
    const values: Record<string, () => unknown> = {
      "mcp.enabled": () => this.mcpEnabled,
      "rest-api.maxEventsQueuedPerWatchClient": () => 1000,
      "rest-api.maxRamAllocatedPerSseClient": () => 1,
    };
    const getOptional = (path: string) => values[path]?.();
    return {
      get: (path: string) => {
        const value = getOptional(path);
        if (value === undefined) throw new TypeError(`missing config entry: ${path}`);
        return value;
      },
      getOptional,
      /** None is set, so the dashboards keep the REST API's own minute of cache. */
      getOptionalDuration: (path: string) => getOptional(path),
      getGuiRoutes: async () => ({ v5: { url: "/v5" }, v6: { url: "/v6" } }),
    };
  }
}
