export { checkConnection } from "./check-connection.ts";
export { getInfrastructureSummary } from "./get-infrastructure-summary.ts";
export { getPoolDashboard } from "./get-pool-dashboard.ts";
export { getVmDetails } from "./get-vm-details.ts";
export { listHosts } from "./list-hosts.ts";
export { listPools } from "./list-pools.ts";
export { listVms } from "./list-vms.ts";
export { searchDocumentation } from "./search-documentation.ts";
