// The published package is types and these enumerations; their values are XAPI's own words.
export const VM_POWER_STATE = {
  HALTED: "Halted",
  PAUSED: "Paused",
  RUNNING: "Running",
  SUSPENDED: "Suspended",
};

export const HOST_POWER_STATE = {
  HALTED: "Halted",
  RUNNING: "Running",
  UNKNOWN: "Unknown",
};

export const BACKUP_TYPE = {
  backup: "backup",
  metadata: "metadataBackup",
  mirror: "mirrorBackup",
};

export const SUPPORTED_VDI_FORMAT = {
  raw: "raw",
  vhd: "vhd",
};
