import type { Socket } from "bun";
import type { Identity } from "./certificates.ts";

/** A request as far as it is looked at. */
export interface Received {
  method: string;
  /** With the query, as it was sent. */
  target: string;
  /** Everything up to the empty line. */
  head: string;
}

/** The connection on which a request came. */
export interface Peer {
  write(bytes: string | Uint8Array): void;
  /** Like `write`, but waits until the client has room for more. */
  flood(bytes: Uint8Array): Promise<void>;
  /** Ends the connection after what was written. */
  end(): void;
  /** Breaks it (TCP RST). */
  reset(): void;
  /** Resolves when the connection has ended, whoever ended it. */
  readonly closed: Promise<void>;
}

/** What a server does with a request; without doing anything it is silent. */
export type Behaviour = (peer: Peer, request: Received) => unknown;

/** A server that misbehaves on purpose, in the process of the test. */
export interface FaultServer extends Disposable {
  readonly port: number;
  /** Its address as XO_URL, with the protocol that it speaks. */
  readonly url: string;
  /** Connections that were accepted. */
  readonly connections: number;
  /** Requests that arrived whole. */
  readonly requests: readonly Received[];
  /** Resolves when a client has closed a connection. */
  readonly left: Promise<void>;
}

interface Connection {
  text: string;
  drained: PromiseWithResolvers<void>;
  closed: PromiseWithResolvers<void>;
  /** What the socket would not take at once. */
  backlog: Uint8Array;
  ending: boolean;
}

/** Listens on 127.0.0.1, with TLS if it has an identity; on a free port if none is given. */
export function serveFault(behaviour: Behaviour, identity?: Identity, port = 0): FaultServer {
  const sockets = new Set<Socket<Connection>>();
  const requests: Received[] = [];
  const left = Promise.withResolvers<void>();
  let connections = 0;
  const listener = Bun.listen<Connection>({
    hostname: "127.0.0.1",
    port,
    ...(identity === undefined ? {} : { tls: { cert: identity.cert, key: identity.key } }),
    socket: {
      open(socket) {
        connections += 1;
        sockets.add(socket);
        socket.data = {
          text: "",
          drained: Promise.withResolvers(),
          closed: Promise.withResolvers(),
          backlog: new Uint8Array(),
          ending: false,
        };
      },
      data(socket, bytes) {
        const { data } = socket;
        // The first byte of a TLS handshake; this is how servers answer that.
        if (data.text === "" && bytes[0] === 0x16) {
          socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n");
          return;
        }
        data.text += bytes.toString("latin1");
        for (
          let end = data.text.indexOf("\r\n\r\n");
          end !== -1;
          end = data.text.indexOf("\r\n\r\n")
        ) {
          const head = data.text.slice(0, end);
          data.text = data.text.slice(end + 4);
          const [method = "", target = ""] = head.split(" ");
          const request = { method, target, head };
          requests.push(request);
          behaviour(peerOf(socket), request);
        }
      },
      drain: writeOn,
      close(socket) {
        sockets.delete(socket);
        left.resolve();
        socket.data.closed.resolve();
        socket.data.drained.resolve();
      },
      // A broken connection is what most of this is about.
      error() {},
    },
  });
  return {
    port: listener.port,
    url: `${identity === undefined ? "http" : "https"}://127.0.0.1:${listener.port}`,
    get connections() {
      return connections;
    },
    requests,
    left: left.promise,
    [Symbol.dispose]() {
      for (const socket of sockets) socket.terminate();
      listener.stop(true);
    },
  };
}

function peerOf(socket: Socket<Connection>): Peer {
  const { data } = socket;
  const write = (bytes: string | Uint8Array) => {
    data.backlog = Buffer.concat([data.backlog, Buffer.from(bytes)]);
    writeOn(socket);
  };
  return {
    write,
    async flood(bytes) {
      data.drained = Promise.withResolvers();
      write(bytes);
      if (data.backlog.length > 0) await data.drained.promise;
    },
    end() {
      data.ending = true;
      writeOn(socket);
    },
    reset: () => socket.terminate(),
    closed: data.closed.promise,
  };
}

function writeOn(socket: Socket<Connection>): void {
  const { data } = socket;
  const written = Math.max(0, socket.write(data.backlog));
  data.backlog = data.backlog.subarray(written);
  if (data.backlog.length > 0) return;
  data.drained.resolve();
  if (data.ending) socket.end();
}
