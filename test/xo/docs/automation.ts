import type { Page } from "./page.ts";

/** Pages about programs that talk to XO. */
export const automation: Page[] = [
  {
    path: "automation/restapi",
    title: "REST API",
    sections: [
      {
        title: "Start here",
        text: [
          "The API answers below /rest/v0. Its description in the OpenAPI format is at /rest/v0/docs, where each route can be tried.",
        ],
      },
      {
        title: "Authentication",
        text: [
          "Send a token in the cookie authenticationToken, or a name and a password as HTTP Basic. Not both: that is refused.",
          "A token is checked much faster than a password.",
        ],
      },
      {
        title: "Collections and objects",
        text: [
          "A collection such as /rest/v0/vms is a list of addresses. With fields=name_label,power_state it becomes a list of objects with these fields, with fields=* of whole objects.",
        ],
      },
      {
        title: "Filters",
        text: [
          'filter=power_state:Running keeps the machines that run; filter=tags:prod those whose tags contain that text. Put values with blanks or signs between quotes: name_label:"web 01".',
          "Numbers compare with signs: CPUs:number:>4 && a field that is true is asked with a question mark.",
        ],
      },
      {
        title: "Limits",
        under: "Filters",
        text: ["limit=10 keeps the first ten. The order is that of the server and may change."],
      },
      {
        title: "Follow changes",
        text: [
          "With ndjson=true a collection comes as one object a line, which is easier on memory for long lists.",
        ],
      },
    ],
  },
  {
    path: "automation/mcp",
    title: "MCP",
    intro: [
      "An assistant can read the state of the infrastructure through the Model Context Protocol. It signs in with an account of its own and sees what that account may see.",
    ],
    sections: [],
  },
];
