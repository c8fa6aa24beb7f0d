import type { Page, Section } from "./page.ts";

const AREAS = [
  "backup",
  "the list of virtual machines",
  "storage",
  "networks",
  "the dashboard",
  "roles",
  "the REST API",
  "host maintenance",
];

const NEWS = [
  "A filter that was typed once is now kept with the account and offered again the next time.",
  "Long lists are drawn as they are scrolled, so that ten thousand lines open as fast as ten.",
  "A warning is shown before an action that would leave a pool without a spare host.",
  "Times are shown in the zone of the browser, and in that of the server when the mouse rests on them.",
  "An action that takes longer than a second is a task with its progress and can be left alone.",
  "Names may hold every sign of every script, and are compared without regard to case.",
];

const FIXES = [
  "A list no longer jumps to its top when one of its lines changes.",
  "A lost connection is taken up again after a growing pause, no longer once a second.",
  "A value that the host does not know is left empty instead of being shown as zero.",
  "The end of a task is noted even when the server is stopped at that very moment.",
  "Two people who change one object at once are told of each other.",
  "A certificate that has expired is named with its date in the message.",
];

/** Releases come out monthly: the long page, far over any budget for one answer. */
export const releases: Page = {
  path: "releases",
  title: "Releases",
  sections: Array.from({ length: 48 }, (_, index) => release(48 - index)),
};

function release(number: number): Section {
  const pick = (list: string[], step: number) => list[(number * step) % list.length] ?? "";
  return {
    title: `Release ${1 + Math.floor(number / 12)}.${number % 12}`,
    text: [
      `This release is about ${pick(AREAS, 1)} and ${pick(AREAS, 3)}. It can be installed over any release of the last twelve months, and over an older one by way of the oldest of these.`,
      `New in ${pick(AREAS, 1)}: ${pick(NEWS, 1)} ${pick(NEWS, 5)}`,
      `New in ${pick(AREAS, 3)}: ${pick(NEWS, 2)}`,
      `Fixed: ${pick(FIXES, 1)} ${pick(FIXES, 5)}`,
    ],
  };
}
