import * as z from "zod";
import { byId, ofType } from "../xo/estate/records.ts";
import type { Estate } from "../xo/estate/estate.ts";
import { askAll } from "./questions.ts";

/** What each host that runs lacks, by the estate. */
function missing(estate: Estate) {
  const names = z.array(z.object({ name: z.string(), size: z.number() }));
  return ofType(estate, "host")
    .filter(({ power_state }) => power_state === "Running")
    .map((host) => ({ host, patches: names.parse(estate.missingPatches.get(host.id) ?? []) }));
}

askAll([
  {
    asks: "How many hosts lack each patch that closes a hole?",
    sql: "select name, count(distinct host_id) from missing_patches where is_security = 1 group by name",
    rows: (estate) =>
      ["xapi-core", "xen-hypervisor"].map((name) => [
        name,
        missing(estate).filter(({ patches }) => patches.some((patch) => patch.name === name))
          .length,
      ]),
  },
  {
    asks: "Which hosts that take VMs lack no patch?",
    sql: "select name from hosts h where usable = 1 and not exists (select 1 from missing_patches m where m.host_id = h.id)",
    rows: (estate) =>
      missing(estate)
        .filter(({ host, patches }) => host.enabled && patches.length === 0)
        .map(({ host }) => [host.name_label]),
  },
  {
    asks: "How much is there to load for each pool that is not up to date?",
    sql: "select pool, sum(size_bytes) from missing_patches group by pool_id",
    rows: (estate) => {
      const behind = missing(estate).filter(({ patches }) => patches.length > 0);
      return [...Map.groupBy(behind, ({ host }) => host.$pool)].map(([pool, hosts]) => [
        byId(estate, "pool", pool).name_label,
        hosts.flatMap(({ patches }) => patches).reduce((sum, { size }) => sum + size, 0),
      ]);
    },
  },
  {
    asks: "Which three tags do most VMs have?",
    sql: "select tag, count(*) from tags where kind = 'vm' group by tag order by 2 desc, 1 limit 3",
    inOrder: true,
    rows: (estate) =>
      [
        ...Map.groupBy(
          ofType(estate, "VM").flatMap(({ tags }) => tags),
          (tag) => tag,
        ),
      ]
        .map(([tag, all]): [string, number] => [tag, all.length])
        .toSorted(([a, more], [b, less]) => less - more || (a < b ? -1 : 1))
        .slice(0, 3),
  },
  {
    asks: "Which kinds of objects have tags, and how many different ones?",
    sql: "select kind, count(distinct tag) from tags where kind in ('vm', 'pool', 'snapshot', 'host') group by kind",
    rows: (estate) =>
      (
        [
          ["vm", ofType(estate, "VM").map(({ tags }) => tags)],
          ["snapshot", ofType(estate, "VM-snapshot").map(({ tags }) => tags)],
          ["pool", ofType(estate, "pool").map((pool) => z.array(z.string()).parse(pool["tags"]))],
        ] as const
      ).map(([kind, tags]) => [kind, new Set(tags.flat()).size]),
  },
  {
    asks: "How much memory do the VMs of each team have?",
    sql: "select substr(t.tag, 6) as team, count(*), sum(v.memory_bytes) from tags t join vms v on v.id = t.object_id where t.tag like 'team=%' group by team",
    rows: (estate) => {
      const teams = ofType(estate, "VM").flatMap((vm) =>
        vm.tags.filter((tag) => tag.startsWith("team=")).map((tag) => ({ team: tag.slice(5), vm })),
      );
      return [...Map.groupBy(teams, ({ team }) => team)].map(([team, members]) => [
        team,
        members.length,
        members.reduce((sum, { vm }) => sum + vm.memory.size, 0),
      ]);
    },
  },
  {
    asks: "Which pools is XO not connected to, and why?",
    sql: "select name, pool, standing, reason from servers where standing <> 'good'",
    rows: () => [["vienna", "Vienna-DC9", "lost", "ECONNREFUSED"]],
  },
  {
    asks: "Which accounts are no administrators, and which roles have they?",
    sql: "select name, groups, roles from users where permission <> 'admin'",
    rows: () => [
      ["reader@example.org", "auditors", "Read one pool"],
      ["nobody@example.org", null, null],
    ],
  },
  {
    asks: "Which groups are there, with which roles?",
    sql: "select name, user_count, users, roles from user_groups",
    rows: () => [["auditors", 1, "reader@example.org", "Read one pool"]],
  },
]);
