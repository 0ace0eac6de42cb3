import { createServer, type Server } from 'node:net';

/** Ports tried for one listener before giving up. */
const MAX_TRIES = 64;

/** Finds free TCP ports in the range that firewalls let through to us (5100–6200). */
export class TcpPortRange {
  readonly #first: number;
  readonly #count: number;
  readonly #held = new Set<number>();
  #next = 0;

  /** @param range first and last port; `[0, 0]` takes any. */
  constructor([first, last]: readonly [number, number]) {
    this.#first = first;
    this.#count = last - first + 1;
  }

  /** True where a server of ours listens on the port: whoever names it means us. */
  holds(port: number): boolean {
    return this.#held.has(port);
  }

  /** @returns a server that listens, or null where no port is free. */
  async listen(address: string): Promise<Server | null> {
    for (let tries = 0; tries < Math.min(MAX_TRIES, this.#count); tries++) {
      const port = this.#first + (this.#next++ % this.#count);
      const server = await listenOn(address, port);
      if (server !== null) return this.#hold(server);
    }
    return null;
  }

  #hold(server: Server): Server {
    const bound = server.address();
    const port = bound === null || typeof bound === 'string' ? 0 : bound.port;
    this.#held.add(port);
    server.once('close', () => this.#held.delete(port));
    return server;
  }
}

function listenOn(host: string, port: number): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer({ noDelay: true });
    server.once('error', () => resolve(null));
    server.listen({ host, port, backlog: 2 }, () => resolve(server));
  });
}
