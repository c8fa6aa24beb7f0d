import type { Collection } from "../../../src/xo/routes.ts";

/**
 * What is shown of each collection: somebody has looked up in XO's sources what the field holds. The
 * kind stands in the OpenAPI file; behind = for what that leaves out. Below a dot `*` is any key or
 * entry, `**` all that is below. `said` is an error, which is told in one line.
 */
const ofXapi = "$pool $poolId _xapiRef id type uuid";
const named = "name_description name_label tags";

// xapi-object-to-xo.mjs, vm: what it reads of `other_config` and `platform` are single keys.
const ofVms = `${ofXapi} ${named}
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

const ofDisks = `${ofXapi} ${named}
  $SR $VBDs VDI_type cbt_enabled current_operations.*=text image_format missing parent size snapshots usage`;

/** Where a pattern of VMs, repositories or storages is: ids, or what smart mode asks for. */
const pattern = (name: string, keys: string) =>
  `${name}=map? ${keys
    .split(" ")
    .map((key) => `${name}.${key}.**=text?`)
    .join(" ")}`;

// backup-ng.mjs and _Abstract.mjs: what a job or one of its schedules may set.
const settings = `
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

const words = "infos.*.message=said? warnings=list? warnings.*.message=said?";
const steps = `tasks=list? tasks.*.id=text tasks.*.message=text? tasks.*.start=milliseconds?
  tasks.*.end=milliseconds? tasks.*.status=text? tasks.*.progress=number?
  tasks.*.updatedAt=milliseconds? tasks.*.abortionRequestedAt=milliseconds?`;

const properties = "method name objectId objectType progress type userId"
  .split(" ")
  .flatMap((name) => [`properties.${name}`, `tasks.*.properties.${name}`])
  .join(" ");

// backups-ng-logs.mjs: a run as XO puts it together from its logs and tasks.
const ofRuns = `${words} ${steps} id jobId=text? jobName=text? scheduleId=text? proxyId=text?
  message start=milliseconds? end=milliseconds? status=text? data=map?
  infos.*.data.vms=list? tasks.*.data=map? tasks.*.data.id=text? tasks.*.data.type=text?
  tasks.*.data.name_label=text? tasks.*.data.isFull=flag? tasks.*.data.progress=number?`;

const lists: Record<Collection, string> = {
  alarms: `${ofXapi} body.name body.value name object.href object.type object.uuid time`,
  "backup-jobs": `compression id mode name proxy sourceRemote type userId xoMetadata ${settings}
    ${pattern("vms", "id type power_state $pool $container tags name_label")}
    ${pattern("remotes", "id")} ${pattern("srs", "id")} ${pattern("pools", "id")}`,
  "backup-logs": `${ofRuns} data.mode=text? data.reportWhen=text?`,
  "backup-repositories": `benchmarks.*.readRate benchmarks.*.timestamp
    benchmarks.*.writeRate enabled error=said? id name proxy`,
  groups: "aclRoleIds id name provider providerGroupId users",
  hosts: `${ofXapi} ${named}
    $PBDs $PCIs $PGPUs $PIFs PCIs PGPUs PIFs address agentStartTime bios_strings.*=text build
    CPUs.cpu_count=text? CPUs.socket_count=text? CPUs.threads_per_core=text? CPUs.vendor=text?
    CPUs.speed=text? CPUs.modelname=text? CPUs.family=text? CPUs.model=text? CPUs.stepping=text?
    CPUs.flags=text? CPUs.features=text? CPUs.features_pv=text? CPUs.features_hvm=text?
    CPUs.features_pv_host=text? CPUs.features_hvm_host=text?
    certificates.*.fingerprint certificates.*.notAfter chipset_info.iommu controlDomain
    cpus.cores cpus.sockets current_operations.*=text enabled hostname hvmCapable iscsiIqn
    license_expiry license_server.address=text? license_server.port=text?
    logging.syslog_destination=text? memory.size memory.total memory.usage multipathing patches
    powerOnMode power_state productBrand rebootRequired residentVms startTime
    supplementalPacks.*.author supplementalPacks.*.description supplementalPacks.*.guidance
    supplementalPacks.*.hosts supplementalPacks.*.name supplementalPacks.*.size
    supplementalPacks.*.vdi supplementalPacks.*.version version zstdSupported`,
  messages: `${ofXapi} $object body name time`,
  networks: `${ofXapi} ${named} MTU PIFs VIFs automatic bridge current_operations.*=text defaultIsLocked
    insecureNbd isBonded nbd`,
  pbds: `${ofXapi} SR attached host`,
  pcis: `${ofXapi} $host class_name device_name pci_id`,
  pgpus: `${ofXapi} $host $vgpus dom0Access enabledVgpuTypes gpuGroup host isSystemDisplayDevice pci
    supportedVgpuMaxCapcities supportedVgpuTypes vgpus`,
  pifs: `${ofXapi} $host $network attached bondMaster bondSlaves carrier device deviceName
    disallowUnplug dns gateway ip ipv6 ipv6Mode isBondMaster isBondSlave mac management mode mtu
    netmask physical primaryAddressType speed vlan`,
  pools: `${ofXapi} ${named} HA_enabled auto_poweron cpus.cores cpus.sockets crashDumpSr
    current_operations.*=text default_SR haRebootVmOnInternalShutdown haSrs master migrationCompression
    platform_version suspendSr vtpmSupported zstdSupported`,
  proxies: "address id name version vmUuid",
  "restore-logs": `${ofRuns} data.backupId=text? data.jobId=text? data.srId=text? data.time=milliseconds?`,
  schedules: "cron enabled id jobId name timezone",
  servers: `allowUnauthorized enabled error=said? host id label master poolId
    poolMembersAddresses=list? poolNameDescription poolNameLabel readOnly status`,
  sms: `${ofXapi} SM_type driver_filename features.*=number name_description name_label
    required_cluster_stack supported_image_formats vendor`,
  srs: `${ofXapi} ${named} $PBDs $container SR_type VDIs allocationStrategy content_type
    current_operations.*=text inMaintenanceMode physical_usage shared size usage`,
  tasks: `${words} ${steps} ${properties} abortionRequestedAt end id progress start status updatedAt`,
  users: "email groups id name permission",
  vbds: `${ofXapi} VDI VM attached bootable device is_cd_drive position read_only`,
  "vdi-snapshots": `${ofDisks} $snapshot_of snapshot_time`,
  vdis: `${ofDisks} chainPhysicalUsage`,
  vifs: `${ofXapi} $VM $network MAC MTU allowedIpv4Addresses allowedIpv6Addresses attached device
    lockingMode rateLimit txChecksumming`,
  "vm-controllers": ofVms,
  "vm-snapshots": `${ofVms} $snapshot_of snapshot_time suspendVdi`,
  "vm-templates": `${ofVms} isDefaultTemplate template_info.arch template_info.disks.*.SR
    template_info.disks.*.bootable template_info.disks.*.device=text?
    template_info.disks.*.size template_info.disks.*.type template_info.install_methods`,
  vms: `${ofVms} vulnerabilities.xsa468.driver vulnerabilities.xsa468.reason
    vulnerabilities.xsa468.version`,
};

/** The names of a collection's fields, each with its kind where the OpenAPI file has none. */
export function shownOf(collection: Collection): [name: string, kind: string | undefined][] {
  return lists[collection]
    .trim()
    .split(/\s+/)
    .map((word) => {
      const [name = "", kind] = word.split("=");
      return [name, kind];
    });
}
