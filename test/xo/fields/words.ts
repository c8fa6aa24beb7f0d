// What several collections show: see `RestCollection`.
export const ofXapi = "$pool $poolId _xapiRef id type uuid";
export const named = "name_description name_label tags";

// xapi-object-to-xo.mjs, vm: what it reads of `other_config` and `platform` are single keys.
export const ofVms = `${ofXapi} ${named}
  $VBDs $VGPUs $container CPUs.max CPUs.number VGPUs VIFs VTPMs
  addresses.*=text affinityHost attachedPcis auto_poweron bios_strings.*=text blockedOperations.*=text
  boot.firmware=text? boot.order=text? coresPerSocket cpuCap cpuMask cpuWeight
  creation.date=text? creation.template=text? creation.user=text?
  current_operations.*=text expNestedHvm hasVendorDevice high_availability installTime
  isFirmwareSupported isNestedVirtEnabled mainIpAddress managementAgentDetected
  memory.dynamic memory.size memory.static memory.usage needsVtpm nicType notes
  os_version.*=text parent power_state pvDriversDetected pvDriversUpToDate pvDriversVersion resourceSet
  secureBoot snapshots startDelay startTime suspendSr vga videoram viridian virtualizationMode
  xentools.major xentools.minor xentools.version
  xenTools=flag|map? xenTools.major=number? xenTools.minor=number? xenTools.version=number?`;

export const ofDisks = `${ofXapi} ${named}
  $SR $VBDs VDI_type cbt_enabled current_operations.*=text image_format missing parent size snapshots usage`;

/** Where a pattern of VMs, repositories or storages is: ids, or what smart mode asks for. */
export const pattern = (name: string, keys: string) =>
  `${name}=map? ${keys
    .split(" ")
    .map((key) => `${name}.${key}.**=text?`)
    .join(" ")}`;

// backup-ng.mjs and _Abstract.mjs: what a job or one of its schedules may set.
export const settings = `
  backupReportTpl=text? cbtDestroySnapshotData=flag? checkpointSnapshot=flag? concurrency=number?
  copyRetention=number? deleteFirst=flag? distributeBackups=flag? distributeReplications=flag?
  exportRetention=number? fullInterval=number? healthCheckSr=text? healthCheckVmsWithTags=list?
  hideSuccessfulItems=flag? maxExportRate=number? mergeBackupsSynchronously=flag?
  nRetriesVmBackupFailures=number? nbdConcurrency=number? offlineBackup=flag?
  offlineSnapshot=flag? preferNbd=flag? reportRecipients=list? reportWhen=text?
  retentionPoolMetadata=number? retentionXoMetadata=number? snapshotRetention=number?
  timeout=number? timezone=text?
  longTermRetention=map? longTermRetention.daily.retention=number?
  longTermRetention.weekly.retention=number? longTermRetention.monthly.retention=number?
  longTermRetention.yearly.retention=number?`
  .trim()
  .split(/\s+/)
  .map((name) => `settings.*.${name}`)
  .join(" ");

export const words = "infos.*.message=said? warnings=list? warnings.*.message=said?";
export const steps = `tasks=list? tasks.*.id=text tasks.*.message=text? tasks.*.start=milliseconds?
  tasks.*.end=milliseconds? tasks.*.status=text? tasks.*.progress=number?
  tasks.*.updatedAt=milliseconds? tasks.*.abortionRequestedAt=milliseconds?`;

export const properties = "method name objectId objectType progress type userId"
  .split(" ")
  .flatMap((name) => [`properties.${name}`, `tasks.*.properties.${name}`])
  .join(" ");

// backups-ng-logs.mjs: a run as XO puts it together from its logs and tasks.
export const ofRuns = `${words} ${steps} id jobId=text? jobName=text? scheduleId=text? proxyId=text?
  message start=milliseconds? end=milliseconds? status=text? data=map?
  infos.*.data.vms=list? tasks.*.data=map? tasks.*.data.id=text? tasks.*.data.type=text?
  tasks.*.data.name_label=text? tasks.*.data.isFull=flag? tasks.*.data.progress=number?`;
