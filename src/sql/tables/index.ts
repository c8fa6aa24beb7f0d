export { disks } from "./disks.ts";
export { hosts } from "./hosts.ts";
export { srLinks } from "./sr-links.ts";
export { srs } from "./srs.ts";
export { vmDisks } from "./vm-disks.ts";
export { vms } from "./vms.ts";
