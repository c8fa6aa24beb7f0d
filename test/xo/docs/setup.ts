import type { Page } from "./page.ts";

/** Pages about setting up and keeping up. */
export const setup: Page[] = [
  {
    path: "installation",
    title: "Installation",
    sections: [
      {
        title: "Choose a way to install",
        text: [
          "Xen Orchestra runs as one virtual machine beside the machines it manages. Take the ready-made appliance when you want updates and support, or build from the sources when you want to read and change the code.",
          "Both ways end with the same web page, the same accounts and the same REST API.",
        ],
      },
      {
        title: "Requirements",
        text: [
          "Plan two virtual CPUs, 4 GiB of memory and 20 GiB of disk for up to 500 virtual machines. Add 2 GiB of memory for each further thousand.",
          "The machine needs to reach port 443 of every pool master, and the storage of every backup repository.",
        ],
      },
      {
        title: "Deploy the appliance",
        text: [
          "Import the image on a host, give it a network and start it. Its console shows the address it was given.",
          'Open that address, sign in with the default account and change its password before anything else: the default one is "admin" & known to everybody.',
        ],
      },
      {
        title: "Build from the sources",
        text: [
          "Install the long-term release of Node, the package manager and a key-value store. Fetch the sources, install the dependencies, then build.",
          "Start the server as a system service, so that it comes back after a restart of the machine.",
        ],
      },
      {
        title: "First sign-in",
        under: "Deploy the appliance",
        text: [
          "Add a server: the address of a pool master, the user root and its password. Objects of the pool appear within seconds; a pool of 5000 virtual machines takes about ten.",
        ],
      },
    ],
  },
  {
    path: "configuration",
    title: "Configuration",
    sections: [
      {
        title: "The configuration file",
        text: [
          "The server reads config.toml from its own folder, then from the folder of the system. A value in a later file wins.",
          "Restart the service after a change. A mistake in the file keeps the service from starting; its log names the line.",
        ],
      },
      {
        title: "HTTPS and certificates",
        text: [
          "Give the paths of a certificate and of its key, and listen on port 443. Without them the server makes a certificate of its own, which no browser trusts by itself.",
          "A certificate of your own authority has to name the address that people type, or clients refuse it: x < y is no reason to skip the check.",
        ],
      },
      {
        title: "Redirect to HTTPS",
        under: "HTTPS and certificates",
        text: [
          "Set redirectToHttps = true to send visitors of port 80 on to port 443. Programs should be given the https address at once, for they rarely follow a redirect with their credentials.",
        ],
      },
      {
        title: "Proxy",
        text: [
          "Set httpProxy when the server reaches the Internet through a proxy only. Pools are always reached directly.",
        ],
      },
      {
        title: "Switch MCP off",
        text: [
          "Set enabled = false in the section mcp to lock out every client that calls itself an MCP client. It is answered 503 until the switch is set back.",
        ],
      },
    ],
  },
  {
    path: "architecture",
    title: "Architecture",
    intro: ["This page tells which part does what, for those who plan or repair an installation."],
    sections: [
      {
        title: "One server, many pools",
        text: [
          "Xen Orchestra has no agent on the hosts. It speaks the API of each pool master, keeps a copy of all objects in memory and follows their changes as events.",
          "When the connection to a master is lost, the objects of its pool leave that copy until the connection is back.",
        ],
      },
      {
        title: "What is stored where",
        text: [
          "Users, roles, jobs and schedules live in the key-value store of the server. Virtual machines, disks and networks live in the database of their pool. Backups live in their repositories and nowhere else.",
        ],
      },
      {
        title: "Statistics",
        text: [
          "Each host keeps round-robin files of its own and of its guests. The server reads them when asked, so a halted host has no statistics.",
        ],
      },
    ],
  },
  {
    path: "troubleshooting",
    title: "Troubleshooting",
    sections: [
      {
        title: "The server does not start",
        text: [
          "Read the log of the service first. A port that is taken, a certificate that cannot be read and a configuration file with a mistake are the usual three.",
        ],
      },
      {
        title: "A pool is not connected",
        text: [
          "Look at the page of servers. An authentication error means that the password of root has changed; a time-out means a firewall; an address that is no longer the master's names the new one.",
        ],
      },
      {
        title: "A backup fails",
        text: [
          "Open the run and follow it down to the task in red: the reason stands there, not on the first line. A repository that is full or not mounted fails every machine of the job at once.",
        ],
      },
      {
        title: "Lost password",
        text: [
          "Sign in to the console of the appliance and reset the account with the recovery command. It works for the local accounts alone.",
        ],
      },
    ],
  },
];
