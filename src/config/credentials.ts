import { XoError } from "../errors.ts";
import { listed, quoted, say } from "../sentence.ts";
import { Secret } from "../secret.ts";
import { type Reading, readSecretFile } from "./files.ts";
import { setItWhere } from "./where.ts";

export type Credentials =
  { kind: "token"; token: Secret } | { kind: "basic"; username: string; password: Secret };

interface Variables {
  XO_TOKEN?: string | undefined;
  XO_TOKEN_FILE?: string | undefined;
  XO_USERNAME?: string | undefined;
  XO_PASSWORD?: string | undefined;
  XO_PASSWORD_FILE?: string | undefined;
}

/**
 * How to sign in. A token wins over a user name and a password.
 * @throws XoError `config`
 */
export async function readCredentials(env: Variables, reading: Reading): Promise<Credentials> {
  const token = env.XO_TOKEN ?? (await readSecretFile("XO_TOKEN_FILE", env.XO_TOKEN_FILE, reading));
  if (token !== undefined) return { kind: "token", token: headerSafe("XO_TOKEN", token.trim()) };

  const username = env.XO_USERNAME;
  const password =
    env.XO_PASSWORD ?? (await readSecretFile("XO_PASSWORD_FILE", env.XO_PASSWORD_FILE, reading));
  if (username !== undefined && password !== undefined) {
    return basicCredentials(username, password);
  }
  const missing = [
    username === undefined ? "XO_USERNAME" : undefined,
    password === undefined ? "XO_PASSWORD" : undefined,
  ].filter((name) => name !== undefined);
  throw new XoError(
    "config",
    missing.length === 2
      ? say`No credential is set: XO_TOKEN, or XO_USERNAME and XO_PASSWORD.`
      : say`${listed(missing)} is not set.`,
    setItWhere,
  );
}

function basicCredentials(username: string, password: string): Credentials {
  // XO splits the decoded pair at every colon, so either half with one is refused as wrong.
  for (const [name, text] of [
    ["XO_USERNAME", username],
    ["XO_PASSWORD", password],
  ] as const) {
    if (text.includes(":")) {
      throw new XoError(
        "config",
        say`${name} has a colon in it, which XO cannot take with this kind of sign-in.`,
        say`Make a token in XO and set XO_TOKEN instead.`,
      );
    }
  }
  return { kind: "basic", username, password: new Secret(password) };
}

/** A token goes into a cookie: what may not stand there (RFC 6265, section 4.1.1) is a paste error. */
function headerSafe(name: string, text: string): Secret {
  if (/^(?:cookie:\s*)?(?:authenticationToken|token|XO_TOKEN)\s*=|^Bearer\s|^["']/i.test(text)) {
    throw new XoError(
      "config",
      say`${quoted(name)} has more than the token in it: a name, a word before it, or quotes.`,
      say`Set it to the token alone, without authenticationToken= and without Bearer.`,
    );
  }
  if (!/^[\x21\x23-\x2B\x2D-\x3A\x3C-\x5B\x5D-\x7E]+$/.test(text)) {
    throw new XoError(
      "config",
      say`${quoted(name)} has characters that no token of XO has.`,
      say`Copy it again.`,
    );
  }
  return new Secret(text);
}
