import { freeMap } from "../fields/reasons.ts";
import { named, ofXapi } from "../fields/words.ts";
import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "hosts",
  standard: "id,name_label,address,version,power_state,enabled",
  shown: `${ofXapi} ${named}
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
  hidden: { license_params: "the licence, with its keys", otherConfig: freeMap },
  read: {
    "otherConfig.mpath-boot": "the paths to the disk that it boots from",
    "otherConfig.rpm_patch_installation_time": "whether a reboot is due",
  },
});
