import * as z from "zod";
import { say } from "../sentence.ts";
import type { Archive, Content } from "../backup/archives.ts";
import { describeArchive, describeContent, type Known } from "../backup/describe-archive.ts";
import { readListing, warnOfDoubts, warnOfOthers, warnOfUnread } from "../backup/listing.ts";
import type { Repository } from "../backup/repositories.ts";
import { pageOf } from "../listing/page.ts";
import { listInput, listOutput } from "../listing/parameters.ts";
import { defineTool } from "../tool.ts";
import { hasId } from "../xo/filter.ts";
import { choose, isUuid, notFound } from "../xo/resolve.ts";

const { limit, offset } = listInput("");

export const listBackupArchives = defineTool({
  name: "list_backup_archives",
  title: "List restore points",
  description:
    "What can be restored, newest first: restore points with age, size, mode, immutable, whether VM and job still exist; repositories with what they hold, and which could not be read. For how VMs are protected use get_backup_coverage.",
  input: z.strictObject({
    vm_id: z.string().optional().describe("UUID or name, also of a VM that is gone"),
    repository_id: z.string().optional().describe("UUID or name"),
    limit,
    offset,
  }),
  output: listOutput.extend({
    repositories: z
      .array(z.looseObject({}))
      .optional()
      .describe("Each with what it holds of this, or why it could not be read"),
  }),
  examples: [{ limit: 3 }, { vm_id: "web-prod-001" }],
  needs: {
    parts: {
      items: ["backup-archives", "backup-repositories"],
      repositories: ["backup-repositories"],
      "repositories.restore_points": ["backup-archives"],
      "repositories.size_bytes": ["backup-archives"],
    },
  },
  async run({ vm_id, repository_id, ...paging }, context) {
    const filter =
      vm_id !== undefined && isUuid(vm_id) ? hasId("vm:uuid", vm_id.toLowerCase()) : undefined;
    const choice = (all: readonly Repository[]) =>
      repository_id === undefined
        ? all
        : [
            choose(
              "backup-repositories",
              all.map((each) => ({ ...each, name_label: each.name })),
              repository_id,
            ),
          ];
    const { contents, known, doubts } = await readListing(
      context,
      choice,
      filter,
      filter && vm_id?.toLowerCase(),
    );
    const isWanted = vm_id === undefined ? () => true : ofVm(vm_id, contents, known);
    const wanted = contents.map((content) => ({
      ...content,
      archives: content.archives.filter(isWanted),
    }));
    warnOfUnread(context, wanted);
    const archives = wanted.flatMap((content) => content.archives);
    const isGone = vm_id !== undefined && known.vms?.has(vm_id.toLowerCase()) === false;
    if (isGone && isUuid(vm_id) && archives.length === 0) {
      const isWhole = contents.every(({ unread }) => unread === undefined) && doubts.size === 0;
      if (isWhole) notFound("VM", vm_id);
      context.warn(
        say`No VM has this UUID now: it may be gone, with archives where XO could not look.`,
      );
    }
    warnOfOthers(context, archives, known);
    warnOfDoubts(context, contents, doubts);
    const rows = archives.map((archive) => ({
      ...describeArchive(archive, known, context.now),
      time: archive.timestamp,
    }));
    return {
      repositories: wanted.map((content) =>
        describeContent(content, doubts.has(content.repository.id) ? "see the warning" : undefined),
      ),
      ...pageOf(context, rows, {
        ...paging,
        order: { field: "time", descending: true },
        show: ({ time: _time, ...row }) => row,
      }),
    };
  },
});

/**
 * The archives of the VM that is meant. A VM that is gone is known by its archives alone, and one
 * that was made anew has another id than the archives of the old one of its name.
 */
function ofVm(wanted: string, contents: readonly Content[], { vms }: Known) {
  if (isUuid(wanted)) return ({ vm }: Archive) => vm?.uuid === wanted.toLowerCase();
  const present = [...(vms ?? [])].map(([id, name_label]) => ({ id, name_label }));
  const gone = new Map(
    contents
      .flatMap(({ archives }) => archives)
      .flatMap(({ vm }) =>
        vm?.uuid && vms?.has(vm.uuid) !== true
          ? [[vm.uuid, { id: vm.uuid, name_label: vm.name_label ?? "" }] as const]
          : [],
      ),
  );
  const named = [...gone.values()].filter(({ name_label }) => name_label === wanted);
  const isPresent = present.some(({ name_label }) => name_label === wanted);
  const meant = new Set(
    (named.length > 0
      ? [...named, ...(isPresent ? [choose("vms", present, wanted)] : [])]
      : [choose("vms", [...present, ...gone.values()], wanted)]
    ).map(({ id }) => id),
  );
  return ({ vm }: Archive) => meant.has(vm?.uuid ?? "");
}
