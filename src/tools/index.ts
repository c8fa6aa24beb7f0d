import type { Tool } from "../tool.ts";

/** Every tool by its name. Each is loaded when it is called, so that a start pays for none of them. */
export const tools = new Map<string, () => Promise<Tool>>([
  ["check_connection", async () => (await import("./check-connection.ts")).checkConnection],
  ["find_objects", async () => (await import("./find-objects.ts")).findObjects],
  ["get_backup_coverage", async () => (await import("./get-backup-coverage.ts")).getBackupCoverage],
  ["get_capacity_report", async () => (await import("./get-capacity-report.ts")).getCapacityReport],
  ["get_health_report", async () => (await import("./get-health-report.ts")).getHealthReport],
  ["get_host_details", async () => (await import("./get-host-details.ts")).getHostDetails],
  [
    "get_infrastructure_summary",
    async () => (await import("./get-infrastructure-summary.ts")).getInfrastructureSummary,
  ],
  ["get_pool_dashboard", async () => (await import("./get-pool-dashboard.ts")).getPoolDashboard],
  ["get_sr_details", async () => (await import("./get-sr-details.ts")).getSrDetails],
  ["get_stats", async () => (await import("./get-stats.ts")).getStats],
  ["get_top_consumers", async () => (await import("./get-top-consumers.ts")).getTopConsumers],
  ["get_update_status", async () => (await import("./get-update-status.ts")).getUpdateStatus],
  ["get_vm_details", async () => (await import("./get-vm-details.ts")).getVmDetails],
  [
    "list_backup_archives",
    async () => (await import("./list-backup-archives.ts")).listBackupArchives,
  ],
  ["list_backup_jobs", async () => (await import("./list-backup-jobs.ts")).listBackupJobs],
  ["list_backup_runs", async () => (await import("./list-backup-runs.ts")).listBackupRuns],
  ["list_events", async () => (await import("./list-events.ts")).listEvents],
  ["list_hosts", async () => (await import("./list-hosts.ts")).listHosts],
  ["list_networks", async () => (await import("./list-networks.ts")).listNetworks],
  ["list_pools", async () => (await import("./list-pools.ts")).listPools],
  ["list_snapshots", async () => (await import("./list-snapshots.ts")).listSnapshots],
  ["list_srs", async () => (await import("./list-srs.ts")).listSrs],
  ["list_vdis", async () => (await import("./list-vdis.ts")).listVdis],
  ["list_vms", async () => (await import("./list-vms.ts")).listVms],
  ["query_sql", async () => (await import("./query-sql.ts")).querySql],
  ["query_objects", async () => (await import("./query-objects.ts")).queryObjects],
  [
    "search_documentation",
    async () => (await import("./search-documentation.ts")).searchDocumentation,
  ],
]);
