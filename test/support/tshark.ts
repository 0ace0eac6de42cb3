import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { RunningProcess, runToEnd } from './running-process.ts';

/** Where the packet that ends a capture goes: discard (RFC 863). */
const SENTINEL_PORT = 9;
const SENTINEL_INTERVAL_MS = 50;
/** Thirty times dumpcap's own: what 500 calls send while it waits for a CPU must not be lost. */
const RING_MIB = '64';
const FLUSH_DEADLINE_MS = 10_000;

/** A capture of loopback traffic under way. */
export class LoopbackCapture {
  readonly path: string;
  readonly #process: RunningProcess;

  private constructor(path: string, process: RunningProcess) {
    this.path = path;
    this.#process = process;
  }

  /**
   * Resolves when packets are being captured. `filter` is a pcap filter expression. The file is a pcapng, which
   * keeps the nanoseconds of the kernel's stamps; dumpcap writes a pcap with microseconds only.
   */
  static async start(path: string, filter: string): Promise<LoopbackCapture> {
    const all = `(${filter}) or udp dst port ${SENTINEL_PORT}`;
    // Its own format, pcapng, keeps the kernel's nanoseconds.
    const process = new RunningProcess('dumpcap', ['-q', '-i', 'lo', '-B', RING_MIB, '-f', all, '-w', path]);
    await process.waitForOutput(/File: /, 15_000);
    return new LoopbackCapture(path, process);
  }

  /** Writes the file out; throws where the kernel dropped packets, since then it proves nothing. */
  async stop(): Promise<void> {
    await this.#flush();
    const finished = await this.#process.stop('SIGINT');
    const counts = finished.stderr.match(/received\/dropped on interface .*: (\d+)\/(\d+)/);
    if (counts === null) throw new Error(`dumpcap ended without its counts:\n${finished.stderr}`);
    if (counts[2] !== '0') throw new Error(`dumpcap dropped ${counts[2]} packets`);
  }

  /**
   * dumpcap forgets what is in its ring when it is told to end. A packet of ours that has reached the file says
   * that all before it have.
   */
  async #flush(): Promise<void> {
    const sentinel = randomBytes(16);
    const socket = createSocket('udp4');
    const endsAtMs = performance.now() + FLUSH_DEADLINE_MS;
    try {
      while (!readFileSync(this.path).includes(sentinel)) {
        if (performance.now() > endsAtMs) throw new Error('dumpcap does not write what it captures');
        socket.send(sentinel, SENTINEL_PORT, '127.0.0.1');
        await new Promise((resolve) => setTimeout(resolve, SENTINEL_INTERVAL_MS));
      }
    } finally {
      socket.close();
    }
  }
}

/** One line of `tshark -z rtp,streams`. */
export interface RtpStreamLine {
  readonly sourceAddress: string;
  readonly sourcePort: number;
  readonly destinationAddress: string;
  readonly destinationPort: number;
  readonly synchronizationSource: number;
  readonly payload: string;
  readonly packets: number;
  readonly lost: number;
  /** As printed, three decimals. */
  readonly meanJitterMs: string;
  readonly maxJitterMs: string;
}

/** Columns of tshark 4.0: times, addresses and ports, SSRC, payload, packets, lost, deltas ×3, jitters ×3. */
const STREAM_LINE = new RegExp(
  [
    /^\s*[\d.]+\s+[\d.]+\s+(?<source>\S+)\s+(?<sourcePort>\d+)/,
    /\s+(?<destination>\S+)\s+(?<destinationPort>\d+)\s+0x(?<ssrc>[0-9A-F]{8})\s+(?<payload>.+?)/,
    /\s+(?<packets>\d+)\s+(?<lost>-?\d+) \([-\d.]+%\)/,
    // Its least jitter is −1 where there was none to measure.
    /\s+[\d.]+\s+[\d.]+\s+[\d.]+\s+[-\d.]+\s+(?<meanJitter>[\d.]+)\s+(?<maxJitter>[\d.]+)/,
  ]
    .map((part) => part.source)
    .join(''),
);

/** tshark's own RTP analysis of a capture: the oracle for our stream figures. */
export async function readRtpStreams(path: string, udpPorts = '1-65535'): Promise<RtpStreamLine[]> {
  const parameters = ['-n', '-q', '-r', path, '-d', `udp.port==${udpPorts},rtp`, '-z', 'rtp,streams'];
  const finished = await runToEnd('tshark', parameters, 60_000);
  if (finished.exitCode !== 0) throw new Error(`tshark failed: ${finished.stderr}`);
  return finished.stdout
    .split('\n')
    .map((line) => line.match(STREAM_LINE)?.groups)
    .filter((groups) => groups !== undefined)
    .map((groups) => ({
      sourceAddress: groups['source']!,
      sourcePort: Number(groups['sourcePort']),
      destinationAddress: groups['destination']!,
      destinationPort: Number(groups['destinationPort']),
      synchronizationSource: Number.parseInt(groups['ssrc']!, 16),
      payload: groups['payload']!,
      packets: Number(groups['packets']),
      lost: Number(groups['lost']),
      meanJitterMs: groups['meanJitter']!,
      maxJitterMs: groups['maxJitter']!,
    }));
}

/** A packet of a capture: when it came (kernel time) and its UDP payload. */
export interface CapturedPacket {
  readonly arrivalUs: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly payload: Uint8Array;
}

/** The UDP packets of a capture, in order, with the arrival since the first one, to the nanosecond. */
export async function readUdpPackets(path: string): Promise<CapturedPacket[]> {
  const fields = ['frame.time_relative', 'udp.srcport', 'udp.dstport', 'udp.payload'].flatMap((field) => [
    '-e',
    field,
  ]);
  const finished = await runToEnd('tshark', ['-n', '-r', path, '-T', 'fields', ...fields], 60_000);
  return finished.stdout
    .split('\n')
    .filter((line) => line.length > 0)
    .map((line) => {
      const [seconds = '', sourcePort = '', destinationPort = '', payload = ''] = line.split('\t');
      return {
        arrivalUs: Number(seconds) * 1e6,
        sourcePort: Number(sourcePort),
        destinationPort: Number(destinationPort),
        payload: Buffer.from(payload, 'hex'),
      };
    });
}
