import { XoError } from "../errors.ts";
import { withoutCredentials } from "../untrusted.ts";

/**
 * Fields that hold, or may hold, credentials or personal data in XO's own records: free-form maps
 * that guests and plug-ins write to, connection settings, and whatever is named like a secret.
 */
const secretFields = new Set([
  "other",
  "otherConfig",
  "other_config",
  "xenStoreData",
  "xenstore_data",
  "license_params",
  "device_config",
  "preferences",
  "pw_hash",
  "url",
  "httpProxy",
  // Of a repository: mount options; of a task: what the call was given and what came of it.
  "options",
  "params",
  "result",
  // Of an error: the command line that failed, and where.
  "command",
  "stack",
  "otp",
  "sshKeys",
]);

// What these hold is XO's own, with secret fields somewhere inside: of tasks, runs and errors.
const containers = new Set([
  "properties",
  "tasks",
  "data",
  "error",
  "info",
  "infos",
  "warnings",
  "settings",
]);

const secretName =
  /passw|passphrase|secret|token|credential|api_?key|private_?key|license_?key|chap/i;

/** XO's record without its secret fields, at any depth; the names of what was removed are added. */
export function redact(value: unknown, removed: Set<string>): unknown {
  if (typeof value === "string") return withoutCredentials(value);
  if (Array.isArray(value)) return value.map((item) => redact(item, removed));
  if (typeof value !== "object" || value === null) return value;
  return redactObject(value, removed);
}

/** The same for an object. */
export function redactObject(object: object, removed: Set<string>): Record<string, unknown> {
  const kept = Object.entries(object).filter(([key, item]) => {
    const secret = isSecretField(key);
    if (secret && item !== undefined && item !== null) removed.add(key);
    return !secret;
  });
  return Object.fromEntries(kept.map(([key, item]) => [key, redact(item, removed)]));
}

/** Whether a field of this name is never shown. */
export function isSecretField(name: string): boolean {
  return secretFields.has(name) || secretName.test(name);
}

/** Whether there may be secret fields within a field of this name, which itself may be shown. */
export function isContainer(name: string): boolean {
  return containers.has(name);
}

/** The first secret name on the way to a field: a.b, and however else XO lets one write it. */
export function secretPart(field: string): string | undefined {
  return field.split(/[.[\]"'`\s]+/).find(isSecretField);
}

/**
 * A field that is never shown must not be found out in another way either: its values, by a filter;
 * their order, by a sort.
 * @throws XoError `usage`
 */
export function requireShown(parameter: "filter" | "sort" | "group_by", field: string): void {
  const secret = secretPart(field);
  if (secret === undefined) return;
  throw new XoError(
    "usage",
    `${parameter}: ${secret} may hold credentials, so xo-mcp neither shows it nor lets it be searched.`,
    "Use another field; fields=* shows those that there are.",
  );
}
