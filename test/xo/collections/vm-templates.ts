import { reasonsOfVms, signIn } from "../fields/reasons.ts";
import { ofVms } from "../fields/words.ts";
import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "templates",
  standard: "id,name_label,CPUs.number,memory.size,$pool",
  shown: `${ofVms} isDefaultTemplate template_info.arch template_info.disks.*.SR
    template_info.disks.*.bootable template_info.disks.*.device=text?
    template_info.disks.*.size template_info.disks.*.type template_info.install_methods`,
  hidden: { ...reasonsOfVms, "template_info.install_repository": signIn },
});
