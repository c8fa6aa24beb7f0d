import { beforeAll, describe, expect, test } from "bun:test";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { type StartOptions } from "./xo/start.ts";
import { type Answer, ask, connect, itemsOf, signIn, useXo } from "./harness.ts";

/** What the tools say of one VM, each in its own answer. */
interface Said {
  details: Answer;
  snapshots: number;
}

/** As many VMs of an estate have their details asked for. */
const mostVms = 200;

/** And as many storages. */
const mostStorages = 12;

const text = (value: unknown): string => (value === undefined ? "" : String(value));
const idsOf = (items: readonly Answer[]): string[] => items.map(({ id }) => text(id)).toSorted();
const count = <T>(items: readonly T[], is: (item: T) => boolean): number => items.filter(is).length;
const sum = (items: readonly Answer[], figure: (item: Answer) => unknown): number =>
  items.reduce((total, item) => total + Number(figure(item) ?? 0), 0);

// The program must not say one thing of a VM here and another there: every tool's word is compared
// with that of its neighbours, not with the estate, which other tests do.
const estates: [string, StartOptions][] = [
  ["small", {}],
  ["large", { size: "large" }],
  ["small with a host and links lost", { situations: ["host-silent", "links-missing"] }],
];

describe.each(estates)("of %s, the program says one thing", (_name, options) => {
  const fixture = useXo(options);
  let vms: Answer[] = [];
  let said = new Map<string, Said>();
  let health = new Map<string, Answer[]>();
  let coverage: Answer[] = [];
  let jobs: Answer[] = [];
  let runs: Answer[] = [];
  let disks: Answer[] = [];
  let srs: Answer[] = [];
  let storages: { id: string; details: Answer }[] = [];
  let hosts: Answer[] = [];
  let byHost = new Map<string, string[]>();
  let summary: Answer = {};
  let capacity: Answer[] = [];

  beforeAll(async () => {
    const env = { ...signIn(fixture.xo), XO_MCP_MAX_CHARS: "10000000" };
    const client = await connect(env);
    const all = (tool: string, args: Answer = {}) => listed(client, tool, args);
    vms = await all("list_vms", { fields: "id,name_label,power_state,CPUs.number,memory.size" });
    const details = await inTurn(spread(vms, mostVms), async ({ id }) => {
      const answer = await ask(client, "get_vm_details", { vm_id: id });
      const snapshots = itemsOf(answer, "snapshots").length;
      return [text(id), { details: answer, snapshots }] as const;
    });
    said = new Map(details);
    const report = await ask(client, "get_health_report", {
      checks: [
        "vm-not-backed-up",
        "vm-without-guest-tools",
        "vm-paused",
        "vm-on-silent-host",
        "vm-without-disk",
        "storage-link-unplugged",
        "storage-unreached",
        "host-down",
      ],
    });
    health = new Map(
      itemsOf(report, "findings").map((one) => [text(one["check"]), itemsOf(one, "objects")]),
    );
    coverage = await all("get_backup_coverage");
    jobs = await all("list_backup_jobs");
    runs = await all("list_backup_runs", { since: "400d" });
    disks = await all("list_vdis");
    srs = await all("list_srs");
    storages = await inTurn(spread(srs, mostStorages), async ({ id }) => ({
      id: text(id),
      details: await ask(client, "get_sr_details", { sr_id: id }),
    }));
    hosts = await all("list_hosts");
    byHost = new Map(
      await inTurn(hosts, async ({ id }) => [
        text(id),
        idsOf(await all("list_vms", { host_id: id, fields: "id" })),
      ]),
    );
    summary = await ask(client, "get_infrastructure_summary");
    capacity = itemsOf(await ask(client, "get_capacity_report"), "pools");
    await client.close();
  }, 240_000);

  test("whether VMs run: lists, details, summary, capacity, health", () => {
    const states = new Map(vms.map(({ id, power_state }) => [text(id), power_state]));
    const silent = new Set(idsOf(health.get("vm-on-silent-host") ?? []));
    for (const [id, { details }] of said) {
      expect([id, details["power_state"]]).toEqual([id, states.get(id)]);
      expect([id, "state_is" in details]).toEqual([id, silent.has(id)]);
    }
    const running = vms.filter(({ power_state }) => power_state === "Running");
    const paused = vms.filter(({ power_state }) => power_state === "Paused");
    expect(summary).toMatchObject({ vms: { total: vms.length, running: running.length } });
    expect(Object(summary["vms"]).on_silent_hosts ?? 0).toBe(silent.size);
    expect(sum(capacity, ({ stranded }) => Object(stranded).vms)).toBe(silent.size);
    const vcpus = (some: readonly Answer[]) =>
      sum(
        some.filter(({ id }) => !silent.has(text(id))),
        ({ CPUs }) => Object(CPUs).number,
      );
    expect(Object(summary["cpus"]).vcpus_running).toBe(vcpus(running));
    // A paused VM holds its processors as well.
    expect(sum(capacity, ({ cpus }) => Object(cpus).vcpus_running)).toBe(
      vcpus([...running, ...paused]),
    );
    expect(idsOf(health.get("vm-paused") ?? [])).toEqual(idsOf(paused));
  });

  test("on which host they are: details, lists of hosts, capacity", () => {
    const hostOf = new Map([...byHost].flatMap(([host, ids]) => ids.map((id) => [id, host])));
    for (const [id, { details }] of said) {
      expect([id, Object(details["host"]).id]).toEqual([id, hostOf.get(id)]);
    }
    for (const { biggest_vms } of capacity.map((pool) => ({
      biggest_vms: itemsOf(pool, "biggest_vms"),
    }))) {
      for (const { id, host, power_state } of biggest_vms) {
        const name = hosts.find((one) => one["id"] === hostOf.get(text(id)))?.["name_label"];
        const off = power_state === "Halted" || power_state === "Suspended";
        expect([id, host]).toEqual([id, off ? undefined : name]);
      }
    }
    const down = hosts.filter(({ power_state }) => power_state !== "Running");
    expect(idsOf(health.get("host-down") ?? [])).toEqual(idsOf(down));
    expect(down.flatMap(({ id }) => byHost.get(text(id)) ?? []).toSorted()).toEqual(
      idsOf(health.get("vm-on-silent-host") ?? []),
    );
  });

  test("which disks and snapshots they have: details, list of disks, health", () => {
    const disksOf = new Map<string, string[]>();
    for (const { id, vm_id, vm_ids } of disks) {
      for (const owner of [vm_ids ?? vm_id ?? []].flat()) {
        disksOf.set(text(owner), [...(disksOf.get(text(owner)) ?? []), text(id)]);
      }
    }
    const without = new Set(idsOf(health.get("vm-without-disk") ?? []));
    for (const [id, { details }] of said) {
      const own = itemsOf(details, "disks").filter((disk) => disk["id"] !== undefined);
      expect([id, ...idsOf(own)]).toEqual([id, ...(disksOf.get(id) ?? []).toSorted()]);
      const hasDisk = own.some(({ kind }) => kind === "disk");
      expect([id, without.has(id)]).toEqual([id, !hasDisk]);
    }
  });

  test("what guest tools they have: details, health", () => {
    const wanting = new Set(idsOf(health.get("vm-without-guest-tools") ?? []));
    for (const [id, { details }] of said) {
      const { tools } = Object(details["guest"]);
      const lacks = ["none", "drivers only", "agent only"].includes(tools);
      expect([id, wanting.has(id)]).toEqual([id, lacks]);
    }
  });

  test("whether they are covered: coverage, jobs, health", () => {
    const uncovered = coverage.filter(({ status }) =>
      ["not-covered", "only-disabled"].includes(text(status)),
    );
    expect(idsOf(health.get("vm-not-backed-up") ?? [])).toEqual(idsOf(uncovered));
    const known = new Set(vms.map(({ id }) => text(id)));
    expect(coverage.filter(({ id }) => !known.has(text(id)))).toEqual([]);
    const enabled = new Map(jobs.map(({ name, enabled: on }) => [text(name), on]));
    for (const { id, status, jobs: own } of coverage) {
      const names = [own ?? []].flat().map(String);
      expect(names.filter((name) => !enabled.has(name))).toEqual([]);
      // Of a job that a sequence may run, it is not known: neither here nor there.
      const isOn = names.some((name) => enabled.get(name) !== false);
      if (status === "only-disabled") expect([id, isOn]).toEqual([id, false]);
      if (status === "not-covered") expect([id, names]).toEqual([id, []]);
      if (status === "protected") expect([id, isOn]).toEqual([id, true]);
    }
    // A job counts the VMs that it has; a copy by replication is none of its own.
    const copies = vms.length - coverage.length;
    for (const job of jobs.filter(
      ({ type, vm_count }) => type === "backup" && vm_count !== undefined,
    )) {
      const having = count(coverage, ({ jobs: own }) =>
        [own ?? []].flat().map(String).includes(text(job["name"])),
      );
      expect([job["name"], Math.abs(Number(job["vm_count"]) - having) <= copies]).toEqual([
        job["name"],
        true,
      ]);
    }
  });

  test("when their last good run was: coverage, runs", () => {
    const ends = new Map<string, Set<string>>();
    for (const { job, started_at, ended_at } of runs) {
      const own = ends.get(text(job)) ?? new Set();
      ends.set(text(job), own.add(text(started_at)).add(text(ended_at)));
    }
    for (const { id, jobs: own, last_good_run } of coverage) {
      if (last_good_run === undefined) continue;
      const known = [own ?? []]
        .flat()
        .some((name) => ends.get(text(name))?.has(text(last_good_run)));
      expect([id, last_good_run, known]).toEqual([id, last_good_run, true]);
    }
  });

  test("why they are not protected: each failing VM has a job with a run that went wrong", () => {
    for (const { id, status, jobs: own } of coverage) {
      if (status !== "failing") continue;
      const names = [own ?? []].flat().map(String);
      const wrong = runs.filter(
        ({ job, status: how }) => names.includes(text(job)) && how !== "success",
      );
      expect([id, wrong.length > 0]).toEqual([id, true]);
    }
  });

  test("who is on a storage: list of storages, its details", () => {
    for (const { id, details } of storages) {
      const one = srs.find((sr) => sr["id"] === id);
      expect([id, Object(details["users"]).vms]).toEqual([id, one?.["vms"]]);
      const lost = itemsOf(details, "links").filter(({ problem }) => problem === true);
      const unplugged = [one?.["unplugged_hosts"] ?? []].flat();
      expect([id, ...lost.map(({ host }) => text(host)).toSorted()]).toEqual([
        id,
        ...unplugged.map(text).toSorted(),
      ]);
    }
  });

  test("which hosts a storage is linked to: list of storages, health", () => {
    const listedLinks = srs.flatMap(({ id, unplugged_hosts }) =>
      [unplugged_hosts ?? []].flat().map((host) => `${text(id)} ${text(host)}`),
    );
    const nowhere = new Set(idsOf(health.get("storage-unreached") ?? []));
    const found = (health.get("storage-link-unplugged") ?? []).map(
      ({ id, host }) => `${text(id)} ${text(host)}`,
    );
    expect(found.toSorted()).toEqual(
      listedLinks.filter((link) => !nowhere.has(link.split(" ")[0] ?? "")).toSorted(),
    );
    expect(idsOf(srs.filter(({ problem }) => problem !== undefined))).toEqual([...nowhere]);
  });
});

/** All items of a list, page by page. */
async function listed(client: Client, tool: string, args: Answer): Promise<Answer[]> {
  const items: Answer[] = [];
  for (;;) {
    const page = await ask(client, tool, { ...args, limit: 10_000, offset: items.length });
    items.push(...itemsOf(page));
    if (page["next_offset"] === undefined) return items;
  }
}

/** Asks some at a time, as a patient client would. */
async function inTurn<T, R>(items: readonly T[], asking: (item: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  for (let at = 0; at < items.length; at += 4) {
    answers.push(...(await Promise.all(items.slice(at, at + 4).map(asking))));
  }
  return answers;
}

/** So many of them, evenly over all. */
function spread<T>(items: readonly T[], most: number): T[] {
  const step = Math.max(1, items.length / most);
  return items.filter((_, at) => Math.floor(at / step) !== Math.floor((at - 1) / step));
}
