import type { RtpRemote, RtpSocket } from './rtp-socket.ts';

/** How a key's packets are sent; as RFC 4733 §2.5.1 asks for, unless told otherwise. */
export interface EventHabits {
  /** Old gateways mark no first packet. */
  readonly hasMarker?: boolean;
  /** How often each packet is sent, with the same sequence number. */
  readonly copies?: number;
  /** Faster than anybody could press. */
  readonly isHasty?: boolean;
}

const PAYLOAD_TYPE = 101;
const TICKS_A_PACKET = 160;
const PACKET_MS = 20;
const UPDATES = 4;
const ENDS = 3;
/** Behind whatever the caller talks. */
const FIRST_SEQUENCE_NUMBER = 30_000;
const PAUSE_MS = 60;
const HASTE_MS = 2;

/** Presses keys as RFC 4733 packets, in real time; between frames of talk where the caller talks. */
export class EventSender {
  readonly #rtp: RtpSocket;
  readonly #remote: RtpRemote;
  readonly #habits: EventHabits;
  #sequenceNumber = FIRST_SEQUENCE_NUMBER;
  #timestamp = 0x4000_0000;

  constructor(rtp: RtpSocket, remote: RtpRemote, habits: EventHabits = {}) {
    this.#rtp = rtp;
    this.#remote = remote;
    this.#habits = habits;
  }

  /** Resolves when the last key was let go. */
  async press(keys: string): Promise<void> {
    for (const key of keys) {
      await this.#pressOne('0123456789*#ABCD'.indexOf(key));
      await delay(this.#habits.isHasty === true ? HASTE_MS : PAUSE_MS);
    }
  }

  async #pressOne(event: number): Promise<void> {
    this.#timestamp += 8 * (UPDATES * PACKET_MS + PAUSE_MS);
    for (let packet = 0; packet < UPDATES + ENDS; packet++) {
      const isEnd = packet >= UPDATES;
      this.#send(event, Math.min(packet + 1, UPDATES) * TICKS_A_PACKET, isEnd, packet === 0);
      if (!isEnd && this.#habits.isHasty !== true) await delay(PACKET_MS);
    }
  }

  #send(event: number, duration: number, isEnd: boolean, isFirst: boolean): void {
    const { hasMarker = true, copies = 1 } = this.#habits;
    const payload = Uint8Array.of(event, (isEnd ? 0x80 : 0) | 10, duration >> 8, duration & 0xff);
    for (let copy = 0; copy < copies; copy++) {
      this.#rtp.send(this.#remote, {
        sequenceNumber: this.#sequenceNumber,
        rtpTimestamp: this.#timestamp,
        payload,
        payloadType: PAYLOAD_TYPE,
        hasMarker: isFirst && hasMarker,
      });
    }
    this.#sequenceNumber++;
  }
}

const delay = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
