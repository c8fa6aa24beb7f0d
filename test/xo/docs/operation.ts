import type { Page } from "./page.ts";

/** Pages about the daily work, which moved below `/xo5`. */
export const operation: Page[] = [
  {
    path: "xo5/backups",
    title: "Backups",
    sections: [
      { title: "The basics", text: [] },
      {
        title: "How backups work",
        text: [
          "A job takes a snapshot of each machine it covers, copies it to one or more repositories and keeps as many archives as its retention says.",
        ],
      },
      {
        title: "Full and incremental",
        text: [
          "A full backup copies the whole disk each time and restores from one file. An incremental backup copies what changed since the last run; its chain is merged when the oldest archive is due.",
          "Take incremental backups daily and a full one now & then: a chain that never ends makes every restore depend on its first link.",
        ],
      },
      {
        title: "Schedules",
        text: [
          'A job has one schedule or several, each with a time zone of its own. "0 3 * * 0" in Europe/Paris runs on Sundays at three in the morning there, in summer and in winter.',
        ],
      },
      {
        title: "Smart mode",
        text: [
          "Instead of naming machines, a job may describe them: by tags, by power state, by pool. A machine that fits tomorrow is covered tomorrow. The tag xo:no-bak keeps a machine out of every job.",
        ],
      },
      { title: "Getting it back", text: [] },
      {
        title: "Restore",
        text: [
          "Choose the machine, the archive and the storage. The restored machine is a new one, so the old one may go on running while you look.",
        ],
      },
      {
        title: "Health checks",
        under: "Restore",
        text: [
          "A health check restores the newest archive, starts it without a network and waits for its guest tools. It proves more than any status of a job.",
        ],
      },
    ],
  },
  {
    path: "xo5/manage_infrastructure",
    title: "Manage the infrastructure",
    sections: [
      {
        title: "Pools",
        text: [
          "A pool is a group of hosts that share storage and networks. Its master answers for all of them; another host can be made the master at any time.",
        ],
      },
      {
        title: "Hosts",
        text: [
          "Put a host into maintenance before you take it down: its machines move to the others, and none start on it until it is back.",
        ],
      },
      {
        title: "Patches",
        under: "Hosts",
        text: [
          "Patch the master first, then the others one after the other. A rolling update does all of it and moves the machines out of the way.",
        ],
      },
      {
        title: "Virtual machines",
        text: [
          "Start, stop, pause, snapshot and migrate from the list or from the page of a machine. A filter such as power_state:Running tags:prod narrows the list.",
        ],
      },
      {
        title: "Storage",
        text: [
          "A storage repository is shared by all hosts of a pool or local to one. Free space on a shared one is what all of its machines have left together.",
        ],
      },
    ],
  },
  {
    path: "xo5/users",
    title: "Users",
    sections: [
      {
        title: "Accounts",
        text: [
          "An account is local or comes from a directory at the first sign-in. An administrator may do everything; any other account may do what its roles allow.",
        ],
      },
      {
        title: "Roles",
        text: [
          'A role is a list of privileges: an action on a kind of object, perhaps narrowed by a filter. The role "Read only" sees all and changes nothing.',
          "Give roles to groups rather than to people, and a newcomer needs one click.",
        ],
      },
      {
        title: "Tokens",
        text: [
          "A token stands for an account without its password. Make one for each program, so that one can be taken back alone. A token ends after its term; make it a short one.",
        ],
      },
    ],
  },
];
