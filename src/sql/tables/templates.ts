import * as z from "zod";
import { columnsOf } from "../column.ts";
import { listed } from "../columns/listed.ts";
import { poolPair } from "../columns/pool-pair.ts";
import { settingColumns, sizeColumns, VmSettings } from "../columns/vm-settings.ts";
import { defineTable, recordsOf } from "../table.ts";

const Template = VmSettings.extend({
  isDefaultTemplate: z.boolean().nullish(),
  template_info: z
    .object({
      arch: z.string().nullish(),
      install_methods: z.array(z.string()).nullish(),
    })
    .nullish(),
  $VBDs: z.array(z.unknown()).nullish(),
});

const { column } = columnsOf<z.output<typeof Template>>();

export const templates = defineTable({
  name: "templates",
  says: "templates of VMs",
  example: "select name, pool from templates where is_default = 0 order by name",
  from: ["vm-templates"],
  read: recordsOf("vm-templates", Template),
  columns: {
    id: column("id", ["id"], ({ id }) => id),
    name: column("text", ["name_label"], (template) => template.name_label),
    description: column("text", ["name_description"], (template) => template.name_description),
    is_default: column("flag", ["isDefaultTemplate"], (template) => template.isDefaultTemplate, {
      says: "whether it came with the hypervisor",
      everyday: true,
    }),
    ...poolPair,
    drive_count: column("count", ["$VBDs"], (template) => template.$VBDs?.length, {
      says: "disks and disc drives that it has itself",
    }),
    install_methods: column("text", ["template_info"], ({ template_info }) =>
      listed(template_info?.install_methods),
    ),
    architecture: column("text", ["template_info"], ({ template_info }) => template_info?.arch),
    ...sizeColumns,
    ...settingColumns,
  },
});
