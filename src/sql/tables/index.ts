export { hosts } from "./hosts.ts";
export { srLinks } from "./sr-links.ts";
export { srs } from "./srs.ts";
export { vms } from "./vms.ts";
