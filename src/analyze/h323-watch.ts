/** Reads the H.225.0 and H.245 messages of a capture, for the channels that they open. */
import type { RtpCapture } from '../../media/capture/rtp-capture.ts';
import { type H225Message, parseH225 } from '../../signaling/h323/h225.ts';
import type { TransportAddress } from '../../signaling/h323/h225-types.ts';
import { decodeH245, type H245Message } from '../../signaling/h323/h245/message.ts';
import { PerError } from '../../signaling/h323/per/per-error.ts';
import { Q931Error } from '../../signaling/h323/q931.ts';
import { readH225Address } from '../../signaling/h323/transport-address.ts';
import { H323Session, type Side } from './h323-session.ts';
import type { Ladder, PacketEnds } from './ladder.ts';

const CALLS_MAXIMUM = 4096;
const Q931_DISCRIMINATOR = 8;
/** With these every H.245 connection begins (H.323 §8.2). */
const FIRST_H245: readonly string[] = ['terminalCapabilitySet', 'masterSlaveDetermination'];

/** What bodies of H.225.0 have in common, as far as it is about media. */
interface CallBody {
  readonly callIdentifier?: { readonly guid: Uint8Array };
  readonly h245Address?: TransportAddress;
  readonly fastStart?: readonly Uint8Array[];
  readonly parallelH245Control?: readonly Uint8Array[];
}

/** A session as one end of a connection sees it. */
interface SessionEnd {
  readonly session: H323Session;
  readonly side: Side;
}

export class H323Watch {
  messages = 0;
  malformed = 0;
  readonly #capture: RtpCapture;
  readonly #ladder: Ladder;
  /** By both ends of a connection, sender first. */
  readonly #ends = new Map<string, SessionEnd>();
  /** By the end that H.225.0 named for H.245: who waits there. */
  readonly #announced = new Map<string, SessionEnd>();

  constructor(capture: RtpCapture, ladder: Ladder) {
    this.#capture = capture;
    this.#ladder = ladder;
  }

  /**
   * Takes one message without its TPKT header.
   * @returns false where the connection carries something else
   */
  read(octets: Uint8Array, ends: PacketEnds, atUs: number): boolean {
    try {
      return octets[0] === Q931_DISCRIMINATOR && octets[1] === 2
        ? this.#readH225(parseH225(octets), ends, atUs)
        : this.#readH245(octets, ends, atUs);
    } catch (error) {
      if (!(error instanceof PerError || error instanceof Q931Error)) throw error;
      const isCall = this.#ends.has(connectionOf(ends));
      if (isCall) this.malformed++;
      return isCall;
    }
  }

  #readH225({ q931, unit }: H225Message, ends: PacketEnds, atUs: number): boolean {
    const { session, side } = this.#ends.get(connectionOf(ends)) ?? this.#begin(ends);
    const body = (unit?.['h323-message-body'].value ?? {}) as CallBody;
    if (body.callIdentifier !== undefined) session.callId ||= formatGuid(body.callIdentifier.guid);
    const h245 = readH225Address(body.h245Address);
    const address = h245 === null ? null : this.#capture.udp.addresses.parse(h245.address);
    if (h245 !== null && address !== null) this.#announced.set(`${address},${h245.port}`, { session, side });
    session.receiveFastStart(body.fastStart ?? [], side);
    const tunnelled = [...(unit?.h245Control ?? []), ...(body.parallelH245Control ?? [])].flatMap(
      decodeTunnelled,
    );
    for (const message of tunnelled) session.receiveH245(message, side);
    const notes = [body.fastStart === undefined ? '' : 'fast start', ...tunnelled.map(describeMessage)];
    const text = q931.type ?? `message type ${q931.typeCode}`;
    this.#count(ends, session, atUs, text, notes.filter((note) => note !== '').join(', '));
    return true;
  }

  #readH245(octets: Uint8Array, ends: PacketEnds, atUs: number): boolean {
    const message = decodeH245(octets);
    const known = this.#ends.get(connectionOf(ends)) ?? this.#findAnnounced(ends);
    // Without its H.225.0 it is told by how it begins, since nothing else says what a TPKT carries.
    if (known === null && !FIRST_H245.includes(nameOf(message))) return false;
    const { session, side } = known ?? this.#begin(ends);
    session.receiveH245(message, side);
    this.#count(ends, session, atUs, describeMessage(message), 'H.245');
    return true;
  }

  #count(ends: PacketEnds, { callId }: H323Session, atUs: number, text: string, note: string): void {
    this.messages++;
    this.#ladder.add(ends, { atUs, protocol: 'H.323', callId, text, note });
  }

  /** A connection of a session that nobody announced: who sends first is side 0. */
  #begin(ends: PacketEnds): SessionEnd {
    return this.#join(ends, { session: new H323Session(this.#capture), side: 0 });
  }

  #join(ends: PacketEnds, sender: SessionEnd): SessionEnd {
    if (this.#ends.size >= CALLS_MAXIMUM) {
      this.#ends.clear();
      this.#announced.clear();
    }
    this.#ends.set(connectionOf(ends), sender);
    this.#ends.set(connectionOf(reverseOf(ends)), { ...sender, side: otherSide(sender.side) });
    return sender;
  }

  #findAnnounced(ends: PacketEnds): SessionEnd | null {
    const { source, destination, ports } = ends;
    const sender = this.#announced.get(`${source},${ports >>> 16}`);
    if (sender !== undefined) return this.#join(ends, sender);
    const receiver = this.#announced.get(`${destination},${ports & 0xffff}`);
    return receiver === undefined ? null : this.#join(ends, { ...receiver, side: otherSide(receiver.side) });
  }
}

function connectionOf({ source, destination, ports }: PacketEnds): string {
  return `${source},${destination},${ports}`;
}

function reverseOf({ source, destination, ports }: PacketEnds): PacketEnds {
  return { source: destination, destination: source, ports: (ports << 16) | (ports >>> 16) };
}

function otherSide(side: Side): Side {
  return side === 0 ? 1 : 0;
}

function decodeTunnelled(octets: Uint8Array): H245Message[] {
  try {
    return [decodeH245(octets)];
  } catch (error) {
    if (error instanceof PerError) return [];
    throw error;
  }
}

/** `openLogicalChannel`. */
function nameOf({ value }: H245Message): string {
  return value.choice;
}

/** The same, with the keys of user input. */
function describeMessage(message: H245Message): string {
  const { value } = message;
  if (value.choice !== 'userInput') return nameOf(message);
  const input = value.value;
  if (input.choice === 'alphanumeric') return `userInput ${input.value}`;
  return input.choice === 'signal' ? `userInput ${input.value.signalType}` : 'userInput';
}

function formatGuid(guid: Uint8Array): string {
  return Buffer.from(guid).toString('hex');
}
