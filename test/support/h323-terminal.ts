import type { CallEnd } from '../../signaling/call-leg.ts';
import type { OutgoingH323Call } from '../../signaling/h323/outgoing-call.ts';
import type { OutgoingH323Options } from '../../signaling/h323/outgoing-options.ts';
import type { NegotiatedAudio } from '../../signaling/session-description.ts';
import { until } from './h323-caller.ts';
import { createCallingEndpoint } from './h323-calling-endpoint.ts';
import { RtpSocket } from './rtp-socket.ts';

const ADDRESS = '127.0.0.1';

export type H323CallOptions = Pick<OutgoingH323Options, 'h245' | 'hasFastStart'>;

/** A terminal with a microphone and an ear: places one call over H.323 and talks. */
export class H323Terminal {
  readonly rtp: RtpSocket;
  readonly #call: OutgoingH323Call;
  #audio: NegotiatedAudio | null = null;
  #end: CallEnd | null = null;

  private constructor(rtp: RtpSocket, call: OutgoingH323Call) {
    this.rtp = rtp;
    this.#call = call;
    call.listen({
      onProgress: () => undefined,
      onAnswered: () => undefined,
      onConfirmed: () => undefined,
      onDigit: () => undefined,
      onMedia: (audio) => {
        this.#audio = audio;
      },
      onEnded: (end) => {
        this.#end = end;
      },
    });
    call.start();
  }

  /** A terminal whose call is up, with sound both ways. */
  static async join(port: number, calledAlias: string, options: H323CallOptions): Promise<H323Terminal> {
    const rtp = await RtpSocket.open(ADDRESS);
    const endpoint = createCallingEndpoint();
    const media = {
      rtp: { address: ADDRESS, port: rtp.port },
      rtcp: { address: ADDRESS, port: rtp.port + 1 },
    };
    const destination = { address: ADDRESS, port };
    const call = endpoint.call({ destination, calledAlias, callingAlias: 'terminal', media, ...options });
    const terminal = new H323Terminal(rtp, call);
    await until(
      'the call to be up',
      () => terminal.#audio?.direction === 'sendrecv' || terminal.#end !== null,
    );
    if (terminal.#end !== null) throw new Error(`the call ended: ${JSON.stringify(terminal.#end)}`);
    return terminal;
  }

  /** The call's identifier on the wire. */
  get callId(): string {
    return this.#call.remoteCallId;
  }

  /** Where the service wants our media. */
  get remoteRtp(): { readonly address: string; readonly port: number } {
    const remote = this.#audio?.remoteRtp ?? null;
    if (remote === null) throw new Error('no channel towards the service is open');
    return remote;
  }

  talk(toneHz: number): void {
    this.rtp.talk(this.remoteRtp, toneHz);
  }

  hangUp(): void {
    this.rtp.stopTalking();
    this.#call.end('normal-clearing');
  }

  async ended(): Promise<CallEnd> {
    await until('the end of the call', () => this.#end !== null);
    if (this.#end === null) throw new Error('the call goes on');
    return this.#end;
  }

  close(): void {
    this.#call.end('normal-clearing');
    this.rtp.close();
  }
}
