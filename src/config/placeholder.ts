import { XoError } from "../errors.ts";
import { quoted, say } from "../sentence.ts";
import { setItWhere } from "./where.ts";

/** What a host puts a value in for: VS Code's `${input:xo-token}`, a shell's or an extension's `${XO_TOKEN}`. */
const inBraces = /\$\{[^{}]*\}/;

/** The same of the whole value, and what stands in instructions: `<token>`, `{{token}}`, `%XO_TOKEN%`, `$XO_TOKEN`. */
const whole = /^(?:\$\{[^{}]*\}|<[^<>]*>|\{\{[^{}]*\}\}|%\w+%|\$XO_\w+)$/;

/** The values of the README's examples. */
const examples = new Map([
  ["XO_TOKEN", /^the-token$/],
  ["XO_URL", /^https:\/\/xo\.example\.com\/*$/],
]);

/**
 * Refuses what was to be replaced before it came here, rather than send it to somebody.
 * @throws XoError `config` naming the variable; its value may hold a part of the truth
 */
export function requireReplaced(name: string, value: string | undefined): void {
  const text = value?.trim() ?? "";
  // A password may hold anything, but is hardly nothing else than that.
  const isLeft = whole.test(text) || (name !== "XO_PASSWORD" && inBraces.test(text));
  const isExample = examples.get(name)?.test(text) === true;
  if (!isLeft && !isExample) return;
  throw new XoError(
    "config",
    isExample
      ? say`${quoted(name)} holds the example of the instructions.`
      : say`${quoted(name)} holds a placeholder, which nothing has replaced.`,
    name === "XO_PASSWORD"
      ? say`Set it to the password itself; one that looks so can stand in XO_PASSWORD_FILE.`
      : say`Put the value itself there. ${setItWhere}`,
  );
}
