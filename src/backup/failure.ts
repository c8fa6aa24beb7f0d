import type { BackupStep } from "../xo/records/backup-log.ts";
import { classify, type FailureClass } from "./failure-class.ts";
import { problemOf, wordsOf } from "../xo/said.ts";

export interface Failure {
  class: FailureClass;
  /** In one line: the step, then what it said. */
  reason: string;
}

const bad = new Set(["failure", "interrupted", "skipped"]);

export function isBad({ status }: Pick<BackupStep, "status">): boolean {
  return bad.has(status ?? "");
}

/** After these the copy is there: what kept another target from one is told first. */
const mild = new Set<FailureClass>(["health-check", "cleanup-denied"]);

/**
 * Why a step failed. XO keeps the reason where it happened, some steps down, and often only there.
 * @param nameOf the name of a repository or storage
 * @param proxied whether a proxy of XO does the work, which goes on there without XO
 */
export function failureOf(
  step: BackupStep,
  nameOf: (id: string) => string | undefined,
  proxied = false,
): Failure {
  const all = waysDown(step).map((way) => failureAlong(way, nameOf, proxied));
  const [first = { class: "other", reason: "XO tells no reason" }] = all;
  return all.find((failure) => !mild.has(failure.class)) ?? first;
}

/** The ways from a step down to each reason for its failure. */
function waysDown(step: BackupStep): BackupStep[][] {
  const tasks = step.tasks ?? [];
  const failed = tasks.filter(
    (task) => task.status === "failure" && !tasks.some((other) => isRetryOf(other, task)),
  );
  const inside = failed.length > 0 ? failed : tasks.filter(isOpen).slice(0, 1);
  return inside.length === 0
    ? [[step]]
    : inside.flatMap((task) => waysDown(task).map((way) => [step, ...way]));
}

/** What was going on when XO was stopped stays so in its log. */
function isOpen(step: BackupStep): boolean {
  return isBad(step) || step.status === "pending";
}

/** Whether a step is another try of one, that went well: XO keeps both (backups-ng-logs.mjs). */
function isRetryOf(other: BackupStep, { message, data }: BackupStep): boolean {
  return other.status === "success" && other.message === message && other.data?.id === data?.id;
}

function failureAlong(
  steps: readonly BackupStep[],
  nameOf: (id: string) => string | undefined,
  proxied: boolean,
): Failure {
  const [top, ...below] = steps;
  const problem = steps.findLast(({ result }) => result?.message || result?.code)?.result;
  const place = below
    .map(({ message, data }) => {
      const target = data?.id && data.type !== "VM" ? nameOf(data.id) : undefined;
      return target === undefined ? (message ?? "") : `${message ?? ""} to ${target}`;
    })
    .filter((word) => word !== "")
    .join(" > ");
  const said = problem && wordsOf(problem);
  const interrupted = top?.status === "interrupted" && said === undefined;
  const stopped = proxied
    ? "XO was stopped meanwhile, its proxy may go on"
    : "XO was stopped meanwhile";
  const what = interrupted ? stopped : (said ?? "XO tells no reason");
  return {
    class: interrupted
      ? "interrupted"
      : classify(
          problem ?? {},
          below.map(({ message }) => message ?? ""),
          {
            onRepository: steps.some(({ data }) => data?.type === "remote"),
            copied: hasCopied(steps.at(-1)),
          },
        ),
    reason: place === "" ? what : `${place}: ${what}`,
  };
}

/** Whether a step wrote a copy: a task of its own alone is no proof of one. */
export function hasCopied(step: BackupStep | undefined): boolean {
  return (
    step?.tasks?.some(
      (task) => (task.message === "transfer" && task.status === "success") || hasCopied(task),
    ) ?? false
  );
}

/**
 * Why XO cannot use a repository, by what it keeps of the last try and without its address; nothing
 * when that was good.
 */
export function repositoryProblem(error: unknown): string | undefined {
  const problem = problemOf(error);
  return problem && (wordsOf(problem, []) ?? "XO tells no reason");
}
