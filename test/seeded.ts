import file from "../src/xo/filter/fields.json";
import { type Collection, collections } from "../src/xo/routes.ts";
import { madeRecord } from "./xo/fields/open-api.ts";

type Fields = Record<string, unknown>;

/** The dotted names that are shown of a collection; * is any key or entry, ** all that is below. */
export function listed(collection: Collection, section: "shown" | "read" = "shown"): string[] {
  const lists: Record<Collection, { shown: Fields; read: Fields }> = file.collections;
  return Object.keys(lists[collection][section]);
}

/** Whether a name is on a list, by this test's own reading of it. */
export function isListed(list: readonly string[], path: readonly string[]): boolean {
  return list.some((name) => {
    const parts = name.split(".");
    const fits = parts.every((part, at) => part === "**" || part === "*" || part === path[at]);
    return (
      fits && (parts.at(-1) === "**" ? path.length >= parts.length : path.length === parts.length)
    );
  });
}

function kindOf(collection: Collection, name: string): string {
  const lists: Record<Collection, { shown: Record<string, string> }> = file.collections;
  return lists[collection].shown[name] ?? "";
}

/** An error as XO keeps it, with a secret wherever one may stand in it. */
const errorWith = (secret: string): Fields => ({
  name: "Error",
  code: 32,
  message: `mount failed: password=${secret} Authorization: Bearer ${secret}`,
  shortMessage: `Command failed: mount -o password=${secret}`,
  command: `mount -o password=${secret}`,
  escapedCommand: `mount -o "username=bk,password=${secret}"`,
  stack: `Error: ${secret}`,
  config: {
    headers: { Authorization: `Basic ${secret}`, cookie: secret },
    auth: { username: secret, pass: secret },
  },
  accessKeyId: secret,
});

/** What XO's sources have beside the OpenAPI file, and where secrets were found. */
const more: Partial<Record<Collection, Fields>> = {
  tasks: {
    properties: {
      name: "create VM",
      args: { cloud_config: "text", network_config: { wifis: ["text"] } },
      credentials: { username: "text" },
      userData: { ip: "text" },
    },
    warnings: [{ message: "mount error", data: { error: { message: "text" } } }],
    infos: [{ message: "done", data: { url: "text" } }],
  },
  "backup-logs": {
    tasks: [{ id: "1", data: { type: "VM", poolMaster: { other_config: { a: "text" } } } }],
    result: { message: "text" },
  },
  vms: { PV_args: "text", docker: { containers: [{ entry: { command: "text" } }] } },
  "vm-templates": { template_info: { install_repository: "text" } },
};

const newField = "zz_new";

/**
 * A record of a collection with `secret` in every text that is not on its list: as the OpenAPI file
 * has it, with what XO's sources have beside that, and with a field in each map that is in neither.
 */
export function seeded(collection: Collection, base: Fields, secret: string): Fields {
  const list = listed(collection);
  const walk = (value: unknown, path: readonly string[]): unknown => {
    const own = isListed(list, path);
    if (own && /\bsaid\b/.test(kindOf(collection, nameIn(list, path)))) return errorWith(secret);
    if (Array.isArray(value)) return value.map((item) => walk(item, [...path, "0"]));
    if (typeof value === "object" && value !== null) return walkMap(value, path);
    if (typeof value !== "string") return value;
    if (own || path.at(-1) === "id") return value;
    // An entry of a list of texts that is shown.
    return isListed(list, path.slice(0, -1)) &&
      path.at(-1) === "0" &&
      !hasInside(list, path.slice(0, -1))
      ? value
      : secret;
  };
  const walkMap = (map: object, path: readonly string[]): Fields => {
    const entries = Object.entries(map).map(([key, value]) => [key, walk(value, [...path, key])]);
    const isFree = isListed(list, [...path, newField]);
    return Object.fromEntries(isFree ? entries : [...entries, [newField, secret]]);
  };
  return walkMap(base, []);
}

function nameIn(list: readonly string[], path: readonly string[]): string {
  return list.find((name) => isListed([name], path)) ?? "";
}

function hasInside(list: readonly string[], path: readonly string[]): boolean {
  return list.some(
    (name) => isListed([name], [...path, "0"]) || name.startsWith(`${path.join(".")}.`),
  );
}

/** Records of each collection, before a secret is in them. */
export const bases: readonly [Collection, Fields][] = collections.flatMap(
  (collection): [Collection, Fields][] => {
    const made = { ...madeRecord(collection), id: "11111111-1111-4111-8111-111111111111" };
    const other = more[collection];
    return [
      [collection, made],
      ...(other === undefined
        ? []
        : [
            [collection, { id: "22222222-2222-4222-8222-222222222222", ...other }] satisfies [
              Collection,
              Fields,
            ],
          ]),
    ];
  },
);

/** Every way to a value in a record, from the top. */
export function pathsIn(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) => [
    [...path, key],
    ...pathsIn(item, [...path, key]),
  ]);
}
