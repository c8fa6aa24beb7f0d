import * as z from "zod";
import { isReplica, sourceOf } from "../../estate/replicas.ts";
import { Vm } from "../../xo/records/vm.ts";
import { columnsOf } from "../column.ts";
import { templateOf, userNames } from "../facts/origins.ts";
import { vmNames } from "../facts/names.ts";

/** Where a VM comes from. */
export const VmOrigin = Vm.pick({
  id: true,
  blockedOperations: true,
  other: true,
  $pool: true,
}).extend({
  /** What XO noted when it made it; nothing of one that came about in another way. */
  creation: z
    .object({
      date: z.string().nullish(),
      template: z.string().nullish(),
      user: z.string().nullish(),
    })
    .nullish(),
});

const { column, joined } = columnsOf<z.output<typeof VmOrigin>>();

/** The columns of what a VM is a copy of, and of what XO noted when it made it. */
export const originColumns = {
  is_replica: column("flag", ["blockedOperations", "other"], isReplica, {
    says: "a copy that a replication job keeps",
    everyday: true,
  }),
  replica_of: joined(
    vmNames,
    "text",
    ["blockedOperations", "other"],
    (vm, names) => names.get(sourceOf(vm) ?? ""),
    { says: "the VM that it is a copy of" },
  ),
  replica_of_id: column("id", ["blockedOperations", "other"], sourceOf),
  created_at: column(
    "time",
    ["creation"],
    (vm) => (vm.creation?.date ? Date.parse(vm.creation.date) / 1000 : undefined),
    {
      says: "by XO, which notes it with creator and template; NULL of others",
      everyday: true,
    },
  ),
  creator: joined(userNames, "text", ["creation"], (vm, names) =>
    names.get(vm.creation?.user ?? ""),
  ),
  creator_id: column("id", ["creation"], (vm) => vm.creation?.user),
  template: joined(
    templateOf,
    "text",
    ["creation", "$pool"],
    (vm, find) => find(vm.creation?.template, vm.$pool)?.name_label,
    { says: "that XO made it from, if there still is one" },
  ),
  template_id: joined(
    templateOf,
    "id",
    ["creation", "$pool"],
    (vm, find) => find(vm.creation?.template, vm.$pool)?.id ?? vm.creation?.template,
  ),
};
