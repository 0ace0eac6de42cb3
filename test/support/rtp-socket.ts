import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { decodePcmu, encodePcmu, sineTone } from './tone.ts';
import type { PcmSound } from './wav-file.ts';

export interface RtpRemote {
  readonly address: string;
  readonly port: number;
}

/** What one RTP packet carries (RFC 3550 §5.1), to be written as given. */
export interface RtpFields {
  readonly sequenceNumber: number;
  readonly rtpTimestamp: number;
  readonly payload: Uint8Array;
  readonly payloadType?: number;
  readonly hasMarker?: boolean;
  readonly synchronizationSource?: number;
}

export interface ReceivedRtp {
  readonly arrivalMs: number;
  readonly sequenceNumber: number;
  readonly rtpTimestamp: number;
  readonly payloadType: number;
  readonly payload: Uint8Array;
  /** The whole packet. */
  readonly bytes: Buffer;
  readonly sourcePort: number;
}

const HEADER_BYTES = 12;
const PCMU = 0;
const FRAME_SAMPLES = 160;
const FRAME_MS = 20;
const SAMPLE_RATE_HZ = 8_000;

/** The media side of the test caller: sends what it is told, remembers all that comes. */
export class RtpSocket {
  readonly received: ReceivedRtp[] = [];
  readonly synchronizationSource = Math.floor(Math.random() * 0xffff_ffff);
  readonly #socket: Socket;
  #talking: NodeJS.Timeout | null = null;
  #packetsSent = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (bytes, from) => this.#receive(bytes, from.port));
    socket.on('error', () => undefined);
  }

  static async open(address = '127.0.0.1'): Promise<RtpSocket> {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    socket.bind(0, address);
    await once(socket, 'listening');
    return new RtpSocket(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  get packetsSent(): number {
    return this.#packetsSent;
  }

  send(remote: RtpRemote, fields: RtpFields): void {
    const packet = Buffer.alloc(HEADER_BYTES + fields.payload.length);
    packet.writeUInt8(0x80, 0);
    packet.writeUInt8((fields.hasMarker === true ? 0x80 : 0) | (fields.payloadType ?? PCMU), 1);
    packet.writeUInt16BE(fields.sequenceNumber & 0xffff, 2);
    packet.writeUInt32BE(fields.rtpTimestamp >>> 0, 4);
    packet.writeUInt32BE(fields.synchronizationSource ?? this.synchronizationSource, 8);
    packet.set(fields.payload, HEADER_BYTES);
    this.sendBytes(remote, packet);
  }

  sendBytes(remote: RtpRemote, bytes: Uint8Array): void {
    this.#packetsSent += 1;
    this.#socket.send(bytes, remote.port, remote.address);
  }

  /** Talks a tone in real time, one 20 ms µ-law packet after the other, until `stopTalking`. */
  talk(remote: RtpRemote, toneHz: number): void {
    const startedAtMs = performance.now();
    let frame = 0;
    const sendDue = () => {
      const due = Math.floor((performance.now() - startedAtMs) / FRAME_MS) + 1;
      for (; frame < due; frame += 1) this.send(remote, toneFrame(toneHz, frame));
      const nextMs = startedAtMs + frame * FRAME_MS - performance.now();
      this.#talking = setTimeout(sendDue, Math.max(0, nextMs));
    };
    sendDue();
  }

  /** Sends sound of 8 kHz in real time, as frame `firstFrame` and those after it; resolves when all is sent. */
  async play(remote: RtpRemote, samples: Int16Array, firstFrame = 0): Promise<void> {
    const startedAtMs = performance.now();
    const frames = Math.floor(samples.length / FRAME_SAMPLES);
    for (let frame = 0; frame < frames; frame++) {
      const dueMs = startedAtMs + frame * FRAME_MS - performance.now();
      if (dueMs > 0) await new Promise((resolve) => setTimeout(resolve, dueMs));
      const sound = samples.subarray(frame * FRAME_SAMPLES, (frame + 1) * FRAME_SAMPLES);
      this.send(remote, {
        sequenceNumber: firstFrame + frame,
        rtpTimestamp: (firstFrame + frame) * FRAME_SAMPLES,
        payload: Uint8Array.from(sound, encodePcmu),
        hasMarker: frame === 0,
      });
    }
  }

  stopTalking(): void {
    if (this.#talking !== null) clearTimeout(this.#talking);
    this.#talking = null;
  }

  /** All µ-law audio received, laid out by RTP timestamp; silence where nothing came. */
  heard(): PcmSound {
    const packets = this.received.filter((packet) => packet.payloadType === PCMU);
    const first = packets[0]?.rtpTimestamp ?? 0;
    const offsets = packets.map((packet) => (packet.rtpTimestamp - first) | 0);
    const length = Math.max(0, ...offsets.map((offset, index) => offset + packets[index]!.payload.length));
    const samples = new Int16Array(length);
    packets.forEach((packet, index) => {
      if (offsets[index]! < 0) return;
      packet.payload.forEach((code, at) => {
        samples[offsets[index]! + at] = decodePcmu(code);
      });
    });
    return { sampleRateHz: SAMPLE_RATE_HZ, samples };
  }

  close(): void {
    this.stopTalking();
    this.#socket.close();
  }

  #receive(bytes: Buffer, sourcePort: number): void {
    if (bytes.length < HEADER_BYTES) return;
    this.received.push({
      arrivalMs: performance.now(),
      sequenceNumber: bytes.readUInt16BE(2),
      rtpTimestamp: bytes.readUInt32BE(4),
      payloadType: bytes.readUInt8(1) & 0x7f,
      payload: bytes.subarray(HEADER_BYTES),
      bytes,
      sourcePort,
    });
  }
}

/** Frame number `frame` of a tone, as the packet of a plain G.711 sender. */
export function toneFrame(toneHz: number, frame: number): RtpFields {
  const from = frame * FRAME_SAMPLES;
  const samples = sineTone(toneHz, SAMPLE_RATE_HZ, FRAME_SAMPLES, 0.25, from);
  return {
    sequenceNumber: frame,
    rtpTimestamp: from,
    payload: Uint8Array.from(samples, encodePcmu),
    hasMarker: frame === 0,
  };
}
