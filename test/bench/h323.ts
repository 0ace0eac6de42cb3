import { connect, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DEFAULT_ENDPOINT_LIMITS } from '../../signaling/h323/endpoint.ts';
import type { H323UserInformation } from '../../signaling/h323/h225-types.ts';
import { decodeType, encodeType } from '../../signaling/h323/messages.ts';
import { contentOf, createQ931, parseQ931, serializeQ931 } from '../../signaling/h323/q931.ts';
import { serializeCause } from '../../signaling/h323/q931-elements.ts';
import { serializeTpkt, TpktFramer } from '../../signaling/h323/tpkt.ts';
import { startEndpoint } from '../support/h323-endpoint.ts';
import { GENUINE_CALLS, genuineCall } from '../support/h323-fixtures.ts';
import type { BenchRow } from './bench-row.ts';

/** What the trial of a PER runtime reached on one core. */
const TRIAL_DECODES_PER_SECOND = 160_000;
const ROUNDS = 200;
const REPETITIONS = 5;
const CALLS = 2_000;
const CALLS_AT_ONCE = 20;
const IDLE_CALLS = 500;

/** Messages of genuine calls, decoded and encoded again and again. */
export function benchH323Pdus(): BenchRow[] {
  const samples = GENUINE_CALLS.flatMap(asn1Messages);
  const values = samples.map(([type, octets]) => [type, decodeType(type, octets)] as const);
  return [
    {
      name: 'PDU decodes',
      value: perSecond(samples.length, () => {
        for (const [type, octets] of samples) decodeType(type, octets);
      }),
      unit: '/s',
      peer: { name: 'trial', value: TRIAL_DECODES_PER_SECOND },
      target: { kind: 'at-least', limit: TRIAL_DECODES_PER_SECOND },
    },
    {
      name: 'PDU encodes',
      value: perSecond(values.length, () => {
        for (const [type, value] of values) encodeType(type, value);
      }),
      unit: '/s',
    },
  ];
}

/** Calls with fast start, Setup to Release Complete, both ends in this process; and what an idle one holds. */
export async function benchH323Calls(): Promise<BenchRow[]> {
  const { endpoint, port, legs, recorders } = await startEndpoint({
    limits: { ...DEFAULT_ENDPOINT_LIMITS, maxConnectionsPerAddress: 1_000 },
  });
  const forget = () => {
    legs.length = 0;
    recorders.length = 0;
  };
  await callMany(port, CALLS / 10);
  const before = process.cpuUsage();
  await callMany(port, CALLS);
  const { user, system } = process.cpuUsage(before);
  forget();
  const heapBefore = heapOctets();
  const sockets = await Promise.all(Array.from({ length: IDLE_CALLS }, () => idleCall(port)));
  const heapPerCall = (heapOctets() - heapBefore) / IDLE_CALLS;
  for (const socket of sockets) socket.destroy();
  await endpoint.stop();
  return [
    {
      name: 'calls with fast start, caller and endpoint on one core',
      value: Math.round((CALLS * 1e6) / (user + system)),
      unit: '/s',
    },
    { name: 'CPU a call with fast start, caller and endpoint', value: (user + system) / CALLS, unit: 'µs' },
    { name: 'heap of an idle call, caller and endpoint', value: heapPerCall / 1024, unit: 'KB' },
  ];
}

function asn1Messages(call: string): (readonly [string, Uint8Array])[] {
  return genuineCall(call).flatMap(({ protocol, octets }): (readonly [string, Uint8Array])[] => {
    if (protocol === 'RAS') return [['h225.RasMessage', octets]];
    if (protocol === 'H.245') return [['h245.MultimediaSystemControlMessage', octets]];
    const userUser = contentOf(parseQ931(octets), 'userUser');
    if (userUser === null) return [];
    const unit = (decodeType('h225.H323-UserInformation', userUser) as H323UserInformation)['h323-uu-pdu'];
    const tunnelled = (unit.h245Control ?? []).map(
      (one) => ['h245.MultimediaSystemControlMessage', one] as const,
    );
    return [['h225.H323-UserInformation', userUser], ...tunnelled];
  });
}

/** The best of several repetitions, since only disturbances make it slower. */
function perSecond(items: number, operation: () => void): number {
  let best = 0;
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    const before = process.cpuUsage();
    for (let round = 0; round < ROUNDS; round++) operation();
    const { user, system } = process.cpuUsage(before);
    best = Math.max(best, (items * ROUNDS * 1e6) / (user + system));
  }
  return Math.round(best);
}

const SETUP = genuineCall('tunnel-fast')[0]?.octets ?? new Uint8Array(0);
const REFERENCE = { callReference: parseQ931(SETUP).callReference, isFromDestination: false };
const RELEASE = serializeTpkt(
  serializeQ931(createQ931('releaseComplete', REFERENCE, { cause: serializeCause(16) })),
);

/** A call up to its Connect. */
function idleCall(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port }, () => socket.write(serializeTpkt(SETUP)));
    const framer = new TpktFramer();
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      const { payloads } = framer.push(chunk);
      if (payloads.some((payload) => parseQ931(payload).type === 'connect')) resolve(socket);
    });
  });
}

async function callMany(port: number, count: number): Promise<void> {
  for (let done = 0; done < count; done += CALLS_AT_ONCE) {
    const calls = Array.from({ length: CALLS_AT_ONCE }, async () => {
      const socket = await idleCall(port);
      socket.end(RELEASE);
      await new Promise<void>((resolve) => socket.once('close', () => resolve()));
    });
    await Promise.all(calls);
  }
}

function heapOctets(): number {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
