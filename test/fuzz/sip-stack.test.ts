/** Mutated messages put to the whole stack: parser, transactions, user agent, calls that are up. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { CallFailure } from '../../signaling/call-failure.ts';
import { ConnectionTable } from '../../signaling/sip/connection-table.ts';
import { DEFAULT_SIP_LIMITS } from '../../signaling/sip/limits.ts';
import { SipResponse } from '../../signaling/sip/message.ts';
import { TransportHub } from '../../signaling/sip/transport-hub.ts';
import { DEFAULT_TRANSPORT_LIMITS } from '../../signaling/sip/transport-limits.ts';
import { MemoryNetwork } from '../support/sip-memory-network.ts';
import { readTortureMessages } from '../support/sip-torture.ts';
import { mediaAt, NOTHING_LEFT, OFFER, Party } from '../support/sip-user-agents.ts';
import { mutate, seededRandom } from './sip-mutation.ts';

/** `SIP_FUZZ_ROUNDS=1000000 npx vitest run --project unit test/fuzz/sip-stack.test.ts` is the long run. */
const ROUNDS = Number(process.env['SIP_FUZZ_ROUNDS'] ?? 20_000);
const SEED = Number(process.env['SIP_FUZZ_SEED'] ?? 3261);
const ROUNDS_PER_CALL = 500;
const SLOWEST_MS = 50;
/** Heaps differ by a megabyte from one collection to the next; a message kept of each would be ten times this. */
const HEAP_GROWTH_BYTES = 2_000_000;

class FuzzedStack {
  readonly network = new MemoryNetwork();
  readonly bob = new Party(this.network, '192.0.2.2', {
    sessionTimer: { intervalSeconds: 300, minimumSeconds: 90 },
    maxDialogs: 200,
  });
  readonly answers = new Map<number, number>();
  slowestMs = 0;
  #toTag = '';
  readonly #hub: TransportHub;
  readonly #random = seededRandom(SEED);
  readonly #torture = readTortureMessages();

  constructor() {
    this.network.isLogging = false;
    // The headers of a refused request are given back as they were.
    this.network.onMalformed = (detail, bytes) => {
      const startLine = Buffer.from(bytes).toString('latin1', 0, 12);
      if (!/^SIP\/2\.0 (400|501|505) $/.test(startLine)) throw new Error(`${startLine}: ${detail}`);
      this.count(Number(startLine.slice(8, 11)));
    };
    this.bob.onCall = (leg) => {
      leg.ring();
      try {
        leg.accept(mediaAt('192.0.2.2', 20_000));
      } catch (error) {
        if (!(error instanceof CallFailure)) throw error;
        leg.reject(error);
      }
    };
    const ignore = (): void => undefined;
    this.#hub = new TransportHub(
      this.network.clock,
      DEFAULT_TRANSPORT_LIMITS,
      DEFAULT_SIP_LIMITS,
      new ConnectionTable(DEFAULT_TRANSPORT_LIMITS),
      {
        onMalformed: ignore,
        onFlowClosed: ignore,
        onTrace: ignore,
        onRefused: ignore,
        onFault: (error) => this.bob.faults.push(error),
      },
    );
    this.#hub.receiver = this.bob.endpoint.receiver;
    this.network.endpoint('192.0.2.9').attach({
      onMessage: (message) => {
        if (!(message instanceof SipResponse)) return;
        this.count(message.statusCode);
        if (message.statusCode === 200) this.#toTag = message.to.tag ?? '';
      },
      onFlowClosed: ignore,
    });
  }

  count(statusCode: number): void {
    this.answers.set(statusCode, (this.answers.get(statusCode) ?? 0) + 1);
  }

  /** One call that is up, and as many mutants of what might be said in it and beside it. */
  runBlock(block: number): void {
    this.#receive(write('INVITE', block, 1, ''));
    const tag = `;tag=${this.#toTag}`;
    this.#receive(write('ACK', block, 1, tag));
    const inDialog = ['INVITE', 'UPDATE', 'INFO', 'OPTIONS', 'PRACK', 'BYE', 'REFER', 'CANCEL', 'ACK'].map(
      (method, index) => write(method, block, 2 + index, tag),
    );
    const corpus = [...inDialog, write('INVITE', block + 1_000_000, 1, ''), ...this.#torture];
    for (let round = 0; round < ROUNDS_PER_CALL; round++) {
      const mutant = mutate(corpus, this.#random);
      // Of this thread, so that a busy machine is not taken for a slow message.
      const before = process.threadCpuUsage();
      this.#receive(mutant);
      const { user, system } = process.threadCpuUsage(before);
      this.slowestMs = Math.max(this.slowestMs, (user + system) / 1_000);
    }
    this.network.advance(4_000, 500);
  }

  /** Ends what is left, and lets every timer run out. */
  async settle(): Promise<void> {
    for (const leg of this.bob.calls.splice(0)) leg.end('normal-clearing');
    this.bob.heard.length = 0;
    this.bob.refused.length = 0;
    this.network.advance(70_000, 1_000);
    // A way that is looked for, and not found, takes a turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    this.network.advance(70_000, 1_000);
  }

  #receive(bytes: Uint8Array): void {
    this.#hub.onBytes(bytes, this.bob.endpoint.flowFor('192.0.2.9'));
    this.network.run();
  }
}

function write(method: string, block: number, sequenceNumber: number, toTag: string): Buffer {
  const head = [
    `${method} sip:1234567890@192.0.2.2 SIP/2.0`,
    `Via: SIP/2.0/UDP 192.0.2.9;rport;branch=z9hG4bK${block}.${sequenceNumber}`,
    'Max-Forwards: 70',
    'From: "Stranger" <sip:stranger@192.0.2.9>;tag=st',
    `To: <sip:1234567890@192.0.2.2>${toTag}`,
    `Call-ID: fuzz-${block}`,
    `CSeq: ${sequenceNumber} ${method}`,
    'Contact: <sip:stranger@192.0.2.9:5060>',
    'Supported: timer, 100rel',
    'Session-Expires: 300;refresher=uac',
    'Record-Route: <sip:192.0.2.9;lr>',
    ...(method === 'PRACK' ? ['RAck: 1 1 INVITE'] : []),
    ...(method === 'REFER' ? ['Refer-To: <sip:a@b>'] : []),
  ];
  const body = method === 'INVITE' || method === 'UPDATE' ? OFFER : '';
  const type = body === '' ? [] : ['Content-Type: application/sdp'];
  return Buffer.from([...head, ...type, `Content-Length: ${body.length}`, '', body].join('\r\n'));
}

it(`survives ${ROUNDS} mutated messages, and forgets them`, { timeout: 60_000 + ROUNDS }, async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const stack = new FuzzedStack();
  const blocks = ROUNDS / ROUNDS_PER_CALL;
  let heapBefore = 0;
  for (let block = 0; block < blocks; block++) {
    stack.runBlock(block);
    if (block !== Math.floor(blocks / 2)) continue;
    await stack.settle();
    collect();
    heapBefore = process.memoryUsage().heapUsed;
  }
  await stack.settle();
  collect();
  expect(stack.bob.faults).toEqual([]);
  expect(stack.bob.leftovers).toEqual(NOTHING_LEFT);
  expect(stack.network.clock.wheel.size).toBe(0);
  expect(process.memoryUsage().heapUsed - heapBefore).toBeLessThan(HEAP_GROWTH_BYTES);
  expect(stack.slowestMs).toBeLessThan(SLOWEST_MS);
  // Mutants reached the calls as well as the parser, or all this would show little.
  for (const statusCode of [180, 200, 400, 481]) expect(stack.answers.get(statusCode)).toBeGreaterThan(0);
  if (ROUNDS > 20_000) console.log(stack.slowestMs, stack.answers);
});
