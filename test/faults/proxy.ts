import { createServer, request as ask } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

/** A proxy that works: it opens tunnels and passes requests on, wherever they were meant to go. */
export interface Proxy extends AsyncDisposable {
  readonly port: number;
  /** The hosts with their ports that a tunnel was asked for. */
  readonly tunnels: readonly string[];
  /** The addresses that were requested without a tunnel. */
  readonly requests: readonly string[];
  /** The header Proxy-Authorization of each. */
  readonly signIns: readonly (string | undefined)[];
}

/** Starts one on 127.0.0.1; all goes to this port of 127.0.0.1, so that any name may be asked for. */
export async function serveProxy(target: number): Promise<Proxy> {
  const tunnels: string[] = [];
  const requests: string[] = [];
  const signIns: (string | undefined)[] = [];
  const sockets = new Set<Socket>();

  const server = createServer((incoming, response) => {
    requests.push(incoming.url ?? "");
    signIns.push(incoming.headers["proxy-authorization"]);
    const { pathname, search } = new URL(incoming.url ?? "/", "http://proxy");
    const { "proxy-authorization": _, ...headers } = incoming.headers;
    const options = { host: "127.0.0.1", port: target, path: pathname + search, headers };
    ask(options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    }).end();
  });
  server.on("connect", (incoming, client: Socket) => {
    tunnels.push(incoming.url ?? "");
    signIns.push(incoming.headers["proxy-authorization"]);
    const upstream = connect(target, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.pipe(client);
      client.pipe(upstream);
    });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      // Either end may break off.
      socket.on("error", () => socket.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    port: (server.address() as AddressInfo).port,
    tunnels,
    requests,
    signIns,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
