import type { Collection } from "../../../src/xo/routes.ts";

type Reasons = Record<string, string>;

const freeMap = "a map that guests, plug-ins and users write to";
const signIn = "an address, with who signs in there";
const given = "what a call was given";
const carried = "whatever the code at work put there";

const ofVms: Reasons = {
  other: freeMap,
  xenStoreData: freeMap,
  PV_args: "the kernel's command line, where installers get passwords",
  docker: "what containers were started with",
};

// An error of XO's carries the request, the command line and the connection it came from.
const ofErrors: Reasons = {
  result: "an error with its request and command line, or what a call gave",
  "warnings.*.data": "an error with its request and command line",
};

const ofSteps: Reasons = {
  "tasks.*.result": "an error with its request and command line, or what a call gave",
  "tasks.*.infos": carried,
  "tasks.*.warnings": "errors with their requests and command lines",
  "tasks.*.tasks": "steps within steps, with their errors",
};

const ofCalls = (before: string): Reasons => ({
  [`${before}args`]: given,
  [`${before}params`]: given,
  [`${before}credentials`]: "who signed in",
  [`${before}userData`]: given,
});

const ofRuns: Reasons = {
  ...ofErrors,
  ...ofSteps,
  "tasks.*.properties": given,
  // Whole records of XAPI, as the backup of a pool's metadata has them.
  "tasks.*.data.pool": freeMap,
  "tasks.*.data.poolMaster": freeMap,
};

/** What is left out of each collection, and what it holds that is not shown. */
export const hidden: Partial<Record<Collection, Reasons>> = {
  "backup-jobs": Object.fromEntries(
    ["daily", "weekly", "monthly", "yearly"].map((age) => [
      `settings.*.longTermRetention.${age}.settings`,
      "a map of anything",
    ]),
  ),
  "backup-logs": ofRuns,
  "backup-repositories": { url: signIn, options: "what a mount signs in with" },
  hosts: { license_params: "the licence, with its keys", otherConfig: freeMap },
  networks: { other_config: freeMap },
  pbds: { device_config: "what a host signs in to the storage with", otherConfig: freeMap },
  pools: { otherConfig: freeMap },
  proxies: { url: signIn },
  "restore-logs": ofRuns,
  servers: { username: "who XO signs in to the pool as", httpProxy: signIn },
  sms: { configuration: "a map that the storage driver writes" },
  srs: {
    other_config: freeMap,
    sm_config: "the storage driver's own settings, with who signs in to its targets",
  },
  tasks: {
    ...ofErrors,
    ...ofSteps,
    "infos.*.data": carried,
    ...ofCalls("properties."),
    ...ofCalls("tasks.*.properties."),
    data: carried,
    "tasks.*.data": carried,
  },
  users: {
    authProviders: "who the user is elsewhere, as a plug-in wrote it",
    preferences: "keys and one-time passwords",
    pw_hash: "the hash of a password",
  },
  "vdi-snapshots": { other_config: freeMap },
  vdis: { other_config: freeMap },
  vifs: { other_config: freeMap },
  "vm-controllers": ofVms,
  "vm-snapshots": ofVms,
  "vm-templates": { ...ofVms, "template_info.install_repository": signIn },
  vms: ofVms,
};

/** What no collection of REST has today, and is left out wherever it should turn up. */
export const hiddenEverywhere: Reasons = {
  args: given,
  authenticationToken: "a token",
  otp: "a one-time password",
  params: given,
  password: "a password",
  sshKeys: "keys",
  xenstore_data: freeMap,
};

/**
 * Single keys of what is left out, which the tools read by name for what they tell: marks of XO and
 * XAPI, and an error in words of ours. query_objects shows them no more than the rest.
 */
export const read: Partial<Record<Collection, Reasons>> = {
  "backup-logs": {
    "result.code": "why a run failed",
    "result.message": "why a run failed",
    "result.name": "why a run failed",
    "result.size": "bytes of a transfer",
  },
  "backup-repositories": { url: "what its error is told without" },
  hosts: {
    "otherConfig.mpath-boot": "the paths to the disk that it boots from",
    "otherConfig.rpm_patch_installation_time": "whether a reboot is due",
  },
  networks: {
    "other_config.assume_network_is_shared": "whether a network without a port spans hosts",
  },
  pbds: {
    "device_config.SCSIid": "the LUNs behind a link",
    "otherConfig.mpath-*": "the paths to each LUN",
    "otherConfig.multipathed": "whether paths are watched",
  },
  pools: { "otherConfig.rolling_upgrade_in_progress": "whether an upgrade is under way" },
  servers: {
    httpProxy: "what its error is told without",
    username: "what its error is told without",
  },
  "vm-snapshots": {
    "other.xo:backup:job": "the job that made it",
    "other.xo:backup:schedule": "the schedule that made it",
  },
  vms: {
    "other.xo:backup:job": "the job whose replica it is",
    "other.xo:backup:vm": "the VM whose replica it is",
  },
};
