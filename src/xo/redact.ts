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
  "params",
  "result",
]);

const secretName = /passw|secret|token|credential|api_?key|private_?key|chap/i;

/** XO's record without its secret fields, at any depth; the names of what was removed are added. */
export function redact(value: unknown, removed: Set<string>): unknown {
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
