/** Characters of an address that are looked at. */
const longest = 2_000;

/** What stands for what is not shown. */
const mark = "[hidden]";

/**
 * A text without the hosts and paths in what its record does not show (the address of a repository or
 * a proxy, who signs in to a pool), as an error says them again; nor any other that looks like one,
 * for the record may not be at hand, or had another address when the error came.
 */
export function withoutPlaces(text: string, hidden: readonly string[]): string {
  const places = hidden.flatMap((address) => placesIn(address.slice(0, longest)));
  // Hosts go before paths, for what stands behind a host is a part of its address.
  const hosts = places.filter((place) => !place.startsWith("/")).map(hostPattern);
  const paths = places.filter((place) => place.startsWith("/")).map(pathPattern);
  return [anyUrl, ...hosts, ...paths, ...anyPlace].reduce(
    (rest, pattern) => rest.replace(pattern, mark),
    text,
  );
}

// s3://…
const anyUrl = /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s'",;]{1,2000}/gi;

const anyPlace = [
  // //nas/backups$, \\nas\backups
  /(?<![\w:/\\])(?:\/\/|\\\\)[\w.-]{1,255}[/\\][^\s'",;:]{1,255}/g,
  // nas:/export/backup
  /(?<![\w.-])[\w.-]{1,255}:\/[^\s'",;:/][^\s'",;:]{0,255}/g,
  // 10.1.2.3:2049, fd00:1:2::3
  /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?(?![\w.]*\d)/g,
  /(?<![\w:.])(?:[0-9a-f]{0,4}:){4,7}[0-9a-f]{0,4}(?![\w:])/gi,
  // A name by what stands before it: ENOTFOUND nas, Failed to resolve server nas
  /(?<=\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|resolve server|resolve address for|resolve host:?|connect to) )[\w.-]{1,255}(?::\d{1,5})?/g,
  // nas.example.com
  /(?<![\w./-])(?:[a-z0-9-]{1,63}\.){2,8}[a-z]{2,24}(?![\w.-])/gi,
  // A path, but for those of the machine that XO is on.
  /(?<![\w.:/\\-])\/(?!(?:run|opt|usr|etc|dev|proc|tmp)\/)[\w.$-]{1,255}(?:\/[\w.$-]{1,255}){1,40}/g,
];

/**
 * Host and path of nfs://host:/path, smb://user:password@domain\\host\0path, s3://key:secret@host/path,
 * file:///path (xo-remote-parser).
 */
function placesIn(address: string): string[] {
  const [, scheme, rest = ""] = /^([a-z][a-z0-9+.-]{0,20}):\/\/(.*)$/is.exec(address) ?? [];
  if (scheme === undefined) return /^[\w.@-]{3,}$/.test(address) ? [address] : [];
  const place = rest.slice(rest.lastIndexOf("@") + 1).replace(/[?#].*$/s, "");
  const plain = place.replace(/^[^\\]*\\\\/, "").replace(/[\\\0]+/g, "/");
  const [, host = "", path = ""] = /^([^/:]*)(?::\d*:?)?(\/.*)?$/s.exec(plain) ?? [];
  const whole = path.replace(/\/{1,9}$/, "");
  return [...(host.length < 3 ? [] : [host]), ...(whole.length < 3 ? [] : [whole])];
}

/** A host with what texts have around it: a name before, a port and a path behind. */
function hostPattern(host: string): RegExp {
  return new RegExp(
    String.raw`(?:[/\\]{2})?(?<![\w-])(?:[\w-]{1,63}\.){0,8}${escaped(host)}(?![\w-])(?::\d{1,5})?(?::?[/\\][^\s'",;:]{0,255})?`,
    "gi",
  );
}

function pathPattern(path: string): RegExp {
  return new RegExp(String.raw`(?<![\w.-])${escaped(path)}(?![\w.-])`, "gi");
}

/** As a pattern; texts have either slash. */
function escaped(place: string): string {
  return place.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\//g, String.raw`[/\\]`);
}
