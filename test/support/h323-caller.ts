import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { type H225Message, parseH225, serializeH225 } from '../../signaling/h323/h225.ts';
import { decodeH245, encodeH245, type H245Message } from '../../signaling/h323/h245/message.ts';
import { H245Session } from '../../signaling/h323/h245/session.ts';
import { serializeTpkt, TpktFramer } from '../../signaling/h323/tpkt.ts';
import { createH225Address, readH225Address } from '../../signaling/h323/transport-address.ts';
import type { AudioFormat, NegotiatedAudio } from '../../signaling/session-description.ts';

export const PCMU: AudioFormat = {
  payloadType: 0,
  encodingName: 'PCMU',
  clockRateHz: 8000,
  channels: 1,
  parameters: null,
};
export const PCMA: AudioFormat = { ...PCMU, payloadType: 8, encodingName: 'PCMA' };
export const G722: AudioFormat = { ...PCMU, payloadType: 9, encodingName: 'G722' };

const DEADLINE_MS = 30_000;

/** Waits until a condition holds; rejects with what was waited for. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A caller made of raw octets: sends what it is given, answers H.245 like a terminal, and keeps all it gets. */
export class H323Caller {
  readonly received: H225Message[] = [];
  /** Every payload as it came, call signaling and H.245 of a connection of its own. */
  readonly octets: Uint8Array[] = [];
  readonly h245: H245Message[] = [];
  media: NegotiatedAudio | null = null;
  isReady = false;
  isClosed = false;
  isControlClosed = false;
  /** True: nothing is done about the H.245 address in Connect. */
  ignoreConnect = false;
  readonly #address: string;
  readonly #socket: Socket;
  readonly #session: H245Session;
  readonly #isTunnelling: boolean;
  #control: Socket | null = null;
  reference = { callReference: 1, isFromDestination: false };
  #server: Server | null = null;

  constructor(
    to: { readonly address?: string; readonly port: number },
    isTunnelling: boolean,
    formats: readonly AudioFormat[] = [PCMU],
  ) {
    this.#address = to.address ?? '127.0.0.1';
    this.#isTunnelling = isTunnelling;
    this.#session = new H245Session({
      terminalType: 50,
      random: () => 12_345,
      peerAddress: this.#address,
      local: { rtp: { address: '127.0.0.1', port: 31_000 }, rtcp: { address: '127.0.0.1', port: 31_001 } },
      capabilities: { formats, packetTimeMs: 20 },
    });
    this.#socket = connect({ host: this.#address, port: to.port });
    const framer = new TpktFramer();
    this.#socket.on('data', (chunk) => {
      for (const payload of framer.push(chunk).payloads) this.#onMessage(payload);
    });
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => {
      this.isClosed = true;
      this.#control?.destroy();
    });
  }

  /** Sends call signaling as it is, header added; the call reference of a Setup is kept for our own messages. */
  send(octets: Uint8Array): void {
    this.reference = {
      callReference: (((octets[2] as number) & 0x7f) << 8) | (octets[3] as number),
      isFromDestination: false,
    };
    this.#socket.write(serializeTpkt(octets));
  }

  /** Writes octets without any header. */
  write(octets: Uint8Array): void {
    this.#socket.write(octets);
  }

  sendH245(octets: Uint8Array): void {
    if (this.#control !== null) this.#control.write(serializeTpkt(octets));
    else {
      const body = { choice: 'empty', value: null } as const;
      const envelope = { isTunnelling: true, h245Control: [octets] };
      this.#socket.write(serializeTpkt(serializeH225('facility', this.reference, body, envelope)));
    }
  }

  /** The types of call signaling received so far. */
  get types(): (string | null)[] {
    return this.received.map(({ q931 }) => q931.type);
  }

  async waitFor(type: string): Promise<H225Message> {
    await until(type, () => this.types.includes(type));
    return this.received.find(({ q931 }) => q931.type === type) as H225Message;
  }

  close(): void {
    this.#server?.close();
    this.#control?.destroy();
    this.#socket.destroy();
  }

  #onMessage(octets: Uint8Array): void {
    this.octets.push(octets);
    const message = parseH225(octets);
    this.received.push(message);
    const body = message.unit?.['h323-message-body'];
    if (body?.choice === 'connect' && !this.ignoreConnect) {
      const address = readH225Address(body.value.h245Address);
      if (this.#isTunnelling) this.#start();
      else if (address !== null) this.#connectControl(address.port);
    }
    for (const control of message.unit?.h245Control ?? []) this.#onH245(control);
  }

  #connectControl(port: number): void {
    this.#useControl(connect({ host: this.#address, port }));
  }

  /** A Facility that says where the caller awaits H.245: startH245. */
  tellH245Address(port: number): void {
    const value = {
      protocolIdentifier: '0.0.8.2250.0.7',
      reason: { choice: 'startH245', value: null },
      h245Address: createH225Address({ address: '127.0.0.1', port }),
    } as const;
    this.send(
      serializeH225('facility', this.reference, { choice: 'facility', value }, { isTunnelling: false }),
    );
  }

  /** Waits for the endpoint to connect for H.245; resolves to the port. */
  listenForH245(): Promise<number> {
    const server = createServer((socket) => this.#useControl(socket));
    this.#server = server;
    return new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
    });
  }

  #useControl(socket: Socket): void {
    const framer = new TpktFramer();
    this.#control = socket;
    if (socket.connecting) socket.once('connect', () => this.#start());
    else this.#start();
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.isControlClosed = true;
    });
    socket.on('data', (chunk) => {
      for (const payload of framer.push(chunk).payloads) {
        this.octets.push(payload);
        this.#onH245(payload);
      }
    });
  }

  #start(): void {
    this.#perform(this.#session.start(Date.now()));
  }

  #onH245(octets: Uint8Array): void {
    const message = decodeH245(octets);
    this.h245.push(message);
    this.#perform(this.#session.receive(message, Date.now()));
  }

  #perform(actions: ReturnType<H245Session['receive']>): void {
    for (const action of actions) {
      if (action.kind === 'send') this.sendH245(encodeH245(action.message));
      if (action.kind === 'media') this.media = action.audio;
      if (action.kind === 'ready') this.isReady = true;
    }
  }
}
