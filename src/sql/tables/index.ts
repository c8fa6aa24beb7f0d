export { hosts } from "./hosts.ts";
export { vms } from "./vms.ts";
