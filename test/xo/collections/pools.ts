import { freeMap } from "../fields/reasons.ts";
import { named, ofXapi } from "../fields/words.ts";
import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "pools",
  standard: "id,name_label,master,HA_enabled",
  shown: `${ofXapi} ${named} HA_enabled auto_poweron cpus.cores cpus.sockets crashDumpSr
    current_operations.*=text default_SR haRebootVmOnInternalShutdown haSrs master migrationCompression
    platform_version suspendSr vtpmSupported zstdSupported`,
  hidden: { otherConfig: freeMap },
  read: { "otherConfig.rolling_upgrade_in_progress": "whether an upgrade is under way" },
});
