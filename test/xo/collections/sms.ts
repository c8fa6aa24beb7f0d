import { ofXapi } from "../fields/words.ts";
import { RestCollection } from "../rest-collection.ts";

/** What drives each kind of storage, in every pool. */
const PLUGINS: [string, string][] = [
  ["ext", "EXT3 SR"],
  ["lvm", "Local VHD on LVM"],
  ["lvmoiscsi", "LVHD over iSCSI"],
  ["nfs", "NFS VHD"],
  ["iso", "ISO"],
  ["udev", "udev"],
];

export default new RestCollection({
  noun: "storage drivers",
  standard: "id,SM_type,name_label,$pool",
  shown: `${ofXapi} SM_type driver_filename features.*=number name_description name_label
    required_cluster_stack supported_image_formats vendor`,
  hidden: { configuration: "a map that the storage driver writes" },
  objects: (world) => {
    for (const { pool } of world.sites) {
      for (const [SM_type, name_label] of PLUGINS) {
        world.add({
          ...world.base("SM", `${pool.name_label}/${SM_type}`, pool.id),
          name_description: `SR plugin which represents ${SM_type}`,
          name_label,
          SM_type,
          configuration: { SRmaster: "true" },
          vendor: "Example",
          features: { SR_PROBE: 1, SR_UPDATE: 1, VDI_CREATE: 1, VDI_DELETE: 1, VDI_SNAPSHOT: 1 },
          driver_filename: `/opt/xensource/sm/${SM_type.toUpperCase()}SR`,
          required_cluster_stack: [],
          supported_image_formats: ["vhd", "raw"],
        });
      }
    }
  },
});
