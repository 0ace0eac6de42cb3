/**
 * Receives RTP on many ports with the engine's own sockets and counts it as a leg does, without playing it.
 * Parameters: first port, ports (two apart), packets to come, and `times` where they carry when they were sent.
 * Prints its figures when they have come, or nothing has for a second.
 */
import { createLedgerMemory } from '../../../media/engine/descriptor-ledger.ts';
import { readClockMs } from '../../../media/engine/media-clock.ts';
import { openBackend } from '../../../media/engine/open-backend.ts';
import { ReceiveStreams } from '../../../media/receive/receive-stream.ts';
import { AUDIO } from '../../../media/receive/reception.ts';
import { createRtpHeader, readRtpHeader } from '../../../media/rtp/packet.ts';

/** What the process measured once its code was compiled. */
export interface ReceiverFigures {
  readonly received: number;
  readonly lost: number;
  readonly packetUs: number;
  /** Greatest difference, over all streams, between the jitter reported and that of the times in the packets. */
  readonly jitterErrorUs: number | null;
}

const CLOCK_RATE_HZ = 8000;
const RECEIVE_BUFFER_BYTES = 1_048_576;
const IDLE_MS = 1000;
const LOOK_MS = 10;
const WARM_UP_SHARE = 0.25;
/** Behind the RTP header: nanoseconds of CLOCK_MONOTONIC, in the byte order of the machine. */
const SENT_TIME_OFFSET = 12;

const [firstPort = 0, sockets = 0, packets = 0] = process.argv.slice(2, 5).map(Number);
const hasTimes = process.argv[5] === 'times';
const streams = new ReceiveStreams(sockets);
const truth = hasTimes ? new ReceiveStreams(sockets) : null;
const header = createRtpHeader();
let received = 0;
let seen = 0;
let heardAtMs = Number.POSITIVE_INFINITY;
let warmUp: { readonly packets: number; readonly cpu: NodeJS.CpuUsage } | null = null;

const { backend } = await openBackend({
  choice: 'auto',
  receiveBufferBytes: RECEIVE_BUFFER_BYTES,
  ledgerMemory: createLedgerMemory(),
  beforeWait: () => undefined,
});
for (let index = 0; index < sockets; index++) openStream(firstPort + 2 * index);
process.stdout.write('ready\n');
backend.drive(look);

function openStream(port: number): void {
  const slot = streams.create(port, CLOCK_RATE_HZ);
  truth?.create(port, CLOCK_RATE_HZ);
  backend.openSocket('127.0.0.1', port, {
    onDatagram: (_bytes, view, length, _from, arrivalUs) => {
      if (!readRtpHeader(view, 0, length, header)) return;
      received++;
      const { sequenceNumber, timestamp, isMarked } = header;
      streams.receive(slot, sequenceNumber, timestamp, length, isMarked, arrivalUs, AUDIO);
      if (truth === null) return;
      const sentUs = Number(view.getBigUint64(SENT_TIME_OFFSET, true)) / 1000;
      truth.receive(slot, sequenceNumber, timestamp, length, isMarked, sentUs, AUDIO);
    },
    onFailure: (detail) => {
      throw new Error(detail);
    },
  });
}

function look(): number | null {
  const nowMs = readClockMs();
  if (received > seen) heardAtMs = nowMs;
  seen = received;
  if (received >= packets * WARM_UP_SHARE) warmUp ??= { packets: received, cpu: process.cpuUsage() };
  if (received < packets && nowMs - heardAtMs < IDLE_MS) return nowMs + LOOK_MS;
  const { user, system } = process.cpuUsage(warmUp?.cpu);
  const figures: ReceiverFigures = {
    received,
    lost: sumOf((slot) => streams.lost(slot)),
    packetUs: (user + system) / (received - (warmUp?.packets ?? 0)),
    jitterErrorUs: truth === null ? null : greatestJitterErrorUs(truth),
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  process.exit(0);
}

function sumOf(value: (slot: number) => number): number {
  return Array.from({ length: sockets }, (_, slot) => value(slot)).reduce((sum, each) => sum + each, 0);
}

function greatestJitterErrorUs(expected: ReceiveStreams): number {
  const errors = Array.from({ length: sockets }, (_, slot) => {
    const reported = streams.takeReport(slot).jitterUs ?? 0;
    return Math.abs(reported - (expected.takeReport(slot).jitterUs ?? 0));
  });
  return Math.max(...errors);
}
