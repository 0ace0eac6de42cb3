import { MEETING_ID, TestService } from '../support/service.ts';
import { type BenchRow, median } from './bench-row.ts';
import { cpuTimeUs } from './process-cpu.ts';
import { placeCalls } from './sip-load.ts';
import { type SipServer, startOurServer, startSippUas } from './sip-servers.ts';

const FAR_NUMBER = '+4930123456';
const CONNECTOR_ID = 'abcdef1ghij2klmno3pqr4';
const ROUNDS = 3;
const CALLS = 1_000;
/** As many as a connector takes. */
const CALLS_PER_SECOND = 250;
const CONCURRENT_CALLS = 200;

/** Signaling alone: calls that a connector bridges, beside calls that the same stack answers. */
const BRIDGED_CALLS = 8_000;
const BRIDGED_CALLS_PER_SECOND = 1_500;
const CALLS_A_CORE_LEAST = 2_000;
const SECOND_US = 1_000_000;

export async function benchBridgedCalls(): Promise<BenchRow[]> {
  const farEnd = await startSippUas('udp');
  const bridge = await startOurServer(new URL('./sip-b2bua.ts', import.meta.url), {
    farEndPort: farEnd.udpPort ?? 0,
  });
  const answerer = await startOurServer(new URL('./sip-user-agent-uas.ts', import.meta.url));
  try {
    const figures = { bridge: [] as number[], answerer: [] as number[] };
    await bridgedCallUs(bridge);
    await bridgedCallUs(answerer);
    for (let round = 0; round < ROUNDS; round += 1) {
      figures.bridge.push(await bridgedCallUs(bridge));
      figures.answerer.push(await bridgedCallUs(answerer));
    }
    const bridgeUs = median(figures.bridge);
    return [
      {
        name: 'calls bridged, signaling only: two dialogs',
        value: SECOND_US / bridgeUs,
        unit: 'calls/s of a CPU',
        target: { kind: 'at-least', limit: CALLS_A_CORE_LEAST },
      },
      {
        name: 'a call bridged, signaling only',
        value: bridgeUs,
        unit: 'µs/call',
        peer: { name: 'a call answered', value: median(figures.answerer) },
        target: { kind: 'ratio-at-most', limit: 2.5 },
      },
    ];
  } finally {
    for (const { process } of [bridge, answerer, farEnd]) await process.stop('SIGTERM');
  }
}

async function bridgedCallUs({ process, udpPort }: SipServer): Promise<number> {
  const beforeUs = cpuTimeUs(process.pid);
  const calls = await placeCalls({
    kind: 'uac',
    port: udpPort ?? 0,
    transport: 'u1',
    user: FAR_NUMBER,
    calls: BRIDGED_CALLS,
    callsPerSecond: BRIDGED_CALLS_PER_SECOND,
  });
  return (cpuTimeUs(process.pid) - beforeUs) / calls;
}

/** A trunk call through the whole service, two media legs and all logs, beside a call into a meeting. */
export async function benchTrunkCalls(): Promise<BenchRow[]> {
  const farEnd = await startSippUas('udp');
  const service = await TestService.start({ settings: trunkSettings(farEnd.udpPort ?? 0) });
  try {
    const roomUs = await cpuPerCallUs(service, MEETING_ID);
    const trunkUs = await cpuPerCallUs(service, FAR_NUMBER);
    return [
      {
        name: 'trunk call: two dialogs, two media legs, logs',
        value: trunkUs,
        unit: 'µs/call',
        peer: { name: 'call into a meeting', value: roomUs },
        target: { kind: 'ratio-at-most', limit: 2.5 },
      },
    ];
  } finally {
    await service.stop();
    await farEnd.process.stop('SIGKILL');
  }
}

async function cpuPerCallUs(service: TestService, user: string): Promise<number> {
  await call(service, user);
  const figures: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const beforeUs = cpuTimeUs(service.pid);
    const calls = await call(service, user);
    figures.push((cpuTimeUs(service.pid) - beforeUs) / calls);
  }
  return median(figures);
}

function call(service: TestService, user: string): Promise<number> {
  return placeCalls({
    kind: 'room',
    port: service.port('UDP'),
    transport: 'u1',
    user,
    calls: CALLS,
    callsPerSecond: CALLS_PER_SECOND,
    concurrentCalls: CONCURRENT_CALLS,
  });
}

function trunkSettings(port: number) {
  return {
    limits: { maxCallsPerSecond: 10_000 },
    trunk: { maxActiveCalls: 1_000 },
    voiceConnectors: [
      {
        id: CONNECTOR_ID,
        name: 'bench',
        termination: {
          cidrAllowedList: ['127.0.0.0/8'],
          cpsLimit: 256,
          defaultPhoneNumber: '+12065550100',
          routes: [{ host: '127.0.0.1', port }],
        },
      },
    ],
    phoneNumbers: [{ number: '+12065550100', voiceConnectorId: CONNECTOR_ID }],
  };
}
