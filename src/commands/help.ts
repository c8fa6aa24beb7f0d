import { defineCommand } from "citty";
import { readFlags } from "../cli/flags.ts";
import { XoError } from "../errors.ts";
import { listed, quoted, say } from "../sentence.ts";
import { pages } from "../help/index.ts";
import { nearest } from "../nearest.ts";
import { writeStdout } from "../render/stdout.ts";

const topic = "topic";

export default defineCommand({
  meta: {
    name: "xo-mcp help",
    description: `Pages with examples: ${[...pages.keys()].join(", ")}`,
  },
  args: { [topic]: { type: "positional", required: false } },
  async run({ rawArgs }) {
    const wanted = readFlags(rawArgs, [], topic).get(topic);
    if (wanted === undefined) {
      const lines = [...pages].map(
        ([name, { title }]) => `xo-mcp help ${name.padEnd(10)} ${title}\n`,
      );
      await writeStdout(`${lines.join("")}Of a command: xo-mcp <command> --help\n`);
      return 0;
    }
    const name = String(wanted);
    const page = pages.get(name);
    if (page === undefined) {
      const meant = nearest(name, pages.keys());
      throw new XoError(
        "usage",
        say`There is no page ${quoted(name)}${meant === undefined ? "." : say`; did you mean ${quoted(meant)}?`}`,
        say`Pages: ${listed([...pages.keys()])}. Of a command: xo-mcp <command> --help.`,
      );
    }
    await writeStdout(page.text);
    return 0;
  },
});
