/** A tool's call as one types it in a shell. */
export function commandLine(tool: string, args: Record<string, unknown>): string {
  return [`xo-mcp call ${tool}`, ...Object.entries(args).map(flagWith)].join(" ");
}

function flagWith([name, value]: [string, unknown]): string {
  if (value === true) return `--${name}`;
  const text = Array.isArray(value) ? value.join(",") : String(value);
  // What begins with a dash would read as a flag, and a word after a switch as nothing of it.
  const between = value === false || text.startsWith("-") ? "=" : " ";
  return `--${name}${between}${quoted(text)}`;
}

function quoted(text: string): string {
  return /^[\w.,:/-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
