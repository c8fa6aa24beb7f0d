import { zstdCompressSync, gzipSync } from "node:zlib";
import type { Behaviour } from "./server.ts";

/** The head of an answer; a body of unknown length ends with the connection. */
export function head(status: number, headers: Record<string, string | number> = {}): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} -\r\n${lines.join("")}\r\n`;
}

const json = { "content-type": "application/json; charset=utf-8" };

/** A whole answer, as a server should give it. */
export function answer(
  status: number,
  body: string | Uint8Array = "",
  headers: Record<string, string> = json,
): Behaviour {
  const bytes = Buffer.from(body);
  return (peer) => {
    peer.write(
      Buffer.concat([
        Buffer.from(head(status, { ...headers, "content-length": bytes.length })),
        bytes,
      ]),
    );
  };
}

/** What XO would say if it had nothing: it answers, and every collection is empty. */
export const emptyXo = answer(200, "[]");

/** Takes the request and says nothing. */
export const silent: Behaviour = () => {};

/** Begins an answer and says no more. */
export const stalled: Behaviour = (peer) => {
  peer.write(head(200, { ...json, "content-length": 1000 }));
};

/** Breaks the connection in the midst of a body. */
export const resetInBody: Behaviour = (peer) => {
  peer.write(`${head(200, { ...json, "content-length": 1000 })}[{"id":`);
  // What was written has to leave before the connection breaks.
  setTimeout(() => peer.reset(), 50);
};

/** A body of one byte a second. */
export const drip: Behaviour = (peer) => {
  peer.write(head(200, { ...json, "content-length": 1000 }));
  const timer = setInterval(() => peer.write(" "), 1_000);
  void peer.closed.then(() => clearInterval(timer));
};

/** A body without an end. */
export const endless: Behaviour = async (peer) => {
  const block = Buffer.alloc(1024 * 1024, " ");
  let open = true;
  void peer.closed.then(() => (open = false));
  peer.write(`${head(200, json)}[`);
  while (open) await peer.flood(block);
};

/** A body of so many MiB that is a few KiB on the wire. */
export function bomb(mebibytes: number, encoding: "gzip" | "zstd"): Behaviour {
  const bytes = Buffer.alloc(mebibytes * 1024 * 1024, " ");
  const packed = encoding === "gzip" ? gzipSync(bytes) : zstdCompressSync(bytes);
  return answer(200, packed, { ...json, "content-encoding": encoding });
}

/** The first answers of a server, one after the other; the last stays. */
export function inTurn(...behaviours: readonly Behaviour[]): Behaviour {
  let count = 0;
  return (peer, request) => {
    const behaviour = behaviours[Math.min(count, behaviours.length - 1)];
    count += 1;
    return behaviour?.(peer, request);
  };
}
