import { once } from 'node:events';
import { WebSocket } from 'ws';

const LOOKS = 4;

interface EvaluationAnswer {
  readonly id: number;
  readonly result?: { readonly result?: { readonly value?: unknown } };
}

/**
 * Looks into the main thread of a running service through the V8 inspector, so that the service needs no
 * counter for the sake of a test.
 */
export class HeapProbe {
  readonly #socket: WebSocket;
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** @param url the `ws://…` that `node --inspect` prints. */
  static async connect(url: string): Promise<HeapProbe> {
    const socket = new WebSocket(url);
    await once(socket, 'open');
    return new HeapProbe(socket);
  }

  /**
   * Bytes in use after a full collection, those of buffers outside of the heap included. They are given back a
   * turn of the event loop after their owners are gone, so it is the least of several looks.
   */
  async usedBytes(): Promise<number> {
    let least = Number.POSITIVE_INFINITY;
    for (let look = 0; look < LOOKS; look += 1) {
      await this.#ask('HeapProfiler.collectGarbage', {});
      const used = await this.#evaluate('process.memoryUsage().heapUsed + process.memoryUsage().external');
      least = Math.min(least, Number(used));
    }
    return least;
  }

  /** What keeps the event loop alive: `Timeout`, `TCPSocketWrap`, `UDPWRAP`, …, each with its count. */
  async activeResources(): Promise<Readonly<Record<string, number>>> {
    const names = (await this.#evaluate('process.getActiveResourcesInfo()')) as readonly string[];
    const counts: Record<string, number> = {};
    for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
    return counts;
  }

  close(): void {
    this.#socket.close();
  }

  async #evaluate(expression: string): Promise<unknown> {
    const answer = await this.#ask('Runtime.evaluate', { expression, returnByValue: true });
    return answer.result?.result?.value;
  }

  async #ask(method: string, params: Readonly<Record<string, unknown>>): Promise<EvaluationAnswer> {
    this.#lastId += 1;
    const id = this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<EvaluationAnswer>();
    const onMessage = (bytes: Buffer) => {
      const answer = JSON.parse(bytes.toString('utf8')) as EvaluationAnswer;
      if (answer.id === id) resolve(answer);
    };
    const timer = setTimeout(() => reject(new Error(`the inspector did not answer ${method}`)), 30_000);
    this.#socket.on('message', onMessage);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return promise.finally(() => {
      clearTimeout(timer);
      this.#socket.off('message', onMessage);
    });
  }
}
