export { infrastructureOverview } from "./infrastructure-overview.ts";
