import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { ENCODE_OFFSET, findG711Codec, type G711Codec } from '../../../media/codec/g711.ts';
import type { MediaLeg, MediaSession, PayloadFormat } from '../../../media/engine/media-leg.ts';
import { createRtpHeader, readRtpHeader, writeRtpHeader } from '../../../media/rtp/packet.ts';

function payloadFormat(encodingName: string, payloadType: number): PayloadFormat {
  return { payloadType, encodingName, clockRateHz: 8000, channels: 1, parameters: null };
}

const PCMU_FORMAT = payloadFormat('PCMU', 0);
export const PCMA_FORMAT = payloadFormat('PCMA', 8);

/** What is agreed with a caller at 127.0.0.1:`port`, by default plain PCMU at 20 ms. */
export function mediaSession(port: number, overrides: Partial<MediaSession> = {}): MediaSession {
  return {
    format: PCMU_FORMAT,
    receiveFormats: [PCMU_FORMAT, PCMA_FORMAT],
    telephoneEvent: payloadFormat('telephone-event', 101),
    comfortNoise: payloadFormat('CN', 13),
    direction: 'sendrecv',
    remoteRtp: { address: '127.0.0.1', port },
    remoteRtcp: { address: '127.0.0.1', port: port + 1 },
    isRtcpMultiplexed: false,
    packetTimeMs: 20,
    isAddressLearned: false,
    ...overrides,
  };
}

export interface RtpPacketFields {
  readonly sequenceNumber: number;
  readonly timestamp: number;
  readonly payload: Uint8Array;
  readonly payloadType?: number;
  readonly isMarked?: boolean;
  readonly synchronizationSource?: number;
}

export function rtpPacket(fields: RtpPacketFields): Uint8Array {
  const packet = new Uint8Array(12 + fields.payload.length);
  packet.set(fields.payload, 12);
  writeRtpHeader(
    new DataView(packet.buffer),
    0,
    fields.isMarked ?? false,
    fields.payloadType ?? 0,
    fields.sequenceNumber,
    fields.timestamp,
    fields.synchronizationSource ?? 0x1111_1111,
  );
  return packet;
}

export function toneSamples(frequencyHz: number, from: number, count: number, amplitude = 8000): Int16Array {
  return Int16Array.from({ length: count }, (_, index) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * frequencyHz * (from + index)) / 8000)),
  );
}

export function tonePayload(
  frequencyHz: number,
  from: number,
  count: number,
  codec: G711Codec = findG711Codec('PCMU')!,
): Uint8Array {
  const samples = toneSamples(frequencyHz, from, count);
  return Uint8Array.from(samples, (sample) => codec.encodeTable[sample + ENCODE_OFFSET]!);
}

/** Power of one frequency (Goertzel), relative to full scale: 0.25 for a sine of half the scale. */
export function tonePower(samples: ArrayLike<number>, frequencyHz: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * frequencyHz) / 8000);
  let [last, beforeLast] = [0, 0];
  for (let index = 0; index < samples.length; index++) {
    [last, beforeLast] = [samples[index]! / 32_768 + coefficient * last - beforeLast, last];
  }
  const power = last * last + beforeLast * beforeLast - coefficient * last * beforeLast;
  return (4 * power) / (samples.length * samples.length);
}

/** The far end of one leg on loopback: sends what it is told, keeps what it hears. */
export class RtpCaller {
  readonly heard: number[] = [];
  readonly packets: {
    readonly length: number;
    readonly payloadType: number;
    readonly sequenceNumber: number;
    readonly timestamp: number;
  }[] = [];
  readonly controlPackets: Buffer[] = [];
  readonly #rtp: Socket;
  readonly #rtcp: Socket;
  readonly #header = createRtpHeader();

  private constructor(rtp: Socket, rtcp: Socket) {
    this.#rtp = rtp;
    this.#rtcp = rtcp;
    rtp.on('message', (packet) => this.#hear(packet));
    rtcp.on('message', (packet) => this.controlPackets.push(packet));
  }

  static async open(): Promise<RtpCaller> {
    for (;;) {
      const [rtp, rtcp] = [createSocket('udp4'), createSocket('udp4')];
      rtp.bind(0, '127.0.0.1');
      await once(rtp, 'listening');
      rtcp.bind(rtp.address().port + 1, '127.0.0.1');
      try {
        await once(rtcp, 'listening');
        return new RtpCaller(rtp, rtcp);
      } catch {
        rtp.close();
        rtcp.close();
      }
    }
  }

  get port(): number {
    return this.#rtp.address().port;
  }

  send(packet: Uint8Array, leg: MediaLeg): void {
    this.#rtp.send(packet, leg.rtpPort, '127.0.0.1');
  }

  sendControl(packet: Uint8Array, leg: MediaLeg): void {
    this.#rtcp.send(packet, leg.rtcpPort, '127.0.0.1');
  }

  /** Sends a tone for `durationMs` in packets of 20 ms, at their pace. */
  async sendTone(leg: MediaLeg, frequencyHz: number, durationMs: number): Promise<void> {
    const startMs = performance.now();
    for (let packet = 0; packet * 20 < durationMs; packet++) {
      const payload = tonePayload(frequencyHz, packet * 160, 160);
      this.send(rtpPacket({ sequenceNumber: packet, timestamp: packet * 160, payload }), leg);
      await until(() => performance.now() - startMs >= (packet + 1) * 20);
    }
  }

  close(): void {
    this.#rtp.close();
    this.#rtcp.close();
  }

  #hear(packet: Buffer): void {
    const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
    if (!readRtpHeader(view, 0, packet.length, this.#header)) return;
    const { payloadType, sequenceNumber, timestamp, payloadOffset, payloadLength } = this.#header;
    this.packets.push({ length: packet.length, payloadType, sequenceNumber, timestamp });
    const codec = findG711Codec(payloadType === 8 ? 'PCMA' : 'PCMU')!;
    for (const octet of packet.subarray(payloadOffset, payloadOffset + payloadLength)) {
      this.heard.push(codec.decodeTable[octet]!);
    }
  }
}

/** Waits for something that will come, at most ten seconds. */
export async function until(isTrue: () => boolean, deadlineMs = 30_000): Promise<void> {
  const startMs = performance.now();
  while (!isTrue()) {
    if (performance.now() - startMs > deadlineMs) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
