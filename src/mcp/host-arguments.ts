/** An argument that is not ours and asks nothing. */
interface HostArgument {
  name: string;
  /** Who adds it. */
  by: string;
  /** Whether it stands only in calls of tools that take no arguments. */
  toNoneAlone?: true;
}

/**
 * What hosts add to the arguments of every tool, whatever its schema says. Not on it is refused: a
 * condition that is dropped would answer another question.
 */
export const hostArguments: readonly HostArgument[] = [
  // github.com/cline/cline/issues/10426
  { name: "task_progress", by: "Cline" },
  // github.com/n8n-io/n8n/issues/21500 and 37308
  { name: "toolCallId", by: "n8n" },
  { name: "sessionId", by: "n8n" },
  // Its stand-in for an empty schema.
  { name: "random_string", by: "Cursor", toNoneAlone: true },
  // Cursor's and Copilot's own tools ask for one, and their models give it to every tool.
  { name: "explanation", by: "Cursor" },
  { name: "reason", by: "Copilot" },
  // The protocol's own field, which belongs beside the arguments.
  { name: "_meta", by: "clients of the protocol" },
  // Agents that hand on who asks.
  { name: "user_context", by: "agent platforms" },
];
