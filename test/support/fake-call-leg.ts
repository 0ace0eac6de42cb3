import type { CallFailure } from '../../signaling/call-failure.ts';
import type { CallLeg, CallLegListener, CallParty, CallProtocol } from '../../signaling/call-leg.ts';
import type { LocalMedia, NegotiatedAudio } from '../../signaling/session-description.ts';

const PCMU = { payloadType: 0, encodingName: 'PCMU', clockRateHz: 8000, channels: 1, parameters: null };

export const NEGOTIATED: NegotiatedAudio = {
  format: PCMU,
  receiveFormats: [PCMU],
  telephoneEvent: null,
  comfortNoise: null,
  direction: 'sendrecv',
  remoteRtp: { address: '127.0.0.1', port: 40000 },
  remoteRtcp: { address: '127.0.0.1', port: 40001 },
  isRtcpMultiplexed: false,
  packetTimeMs: 20,
  isAddressLearned: false,
};

const party = (user: string, host: string): CallParty => ({
  user,
  host,
  uri: `sip:${user}@${host}`,
  displayName: '',
});

/** A leg without a network: remembers what was asked of it and lets the test play the other side. */
export class FakeCallLeg implements CallLeg {
  readonly id: string;
  readonly protocol: CallProtocol;
  readonly transport = 'UDP';
  readonly remoteCallId: string;
  readonly calling = party('room', '192.0.2.7');
  readonly called: CallParty;
  readonly remoteAddress = '127.0.0.1';
  readonly remotePort = 5070;
  readonly localAddress = '127.0.0.1';
  readonly userAgent = 'fake/1';
  readonly arrivedAtMs = 0;
  readonly log: string[] = [];
  failure: CallFailure | null = null;
  negotiation: () => NegotiatedAudio | null = () => NEGOTIATED;
  #listener: CallLegListener | null = null;

  constructor(id: string, user: string, protocol: CallProtocol = 'SIP') {
    this.id = id;
    this.protocol = protocol;
    this.remoteCallId = `${id}@fake`;
    this.called = party(user, '127.0.0.1');
  }

  /** Plays the other side. */
  get remote(): CallLegListener {
    if (this.#listener === null) throw new Error('nobody listens to this leg');
    return this.#listener;
  }

  negotiate(): NegotiatedAudio | null {
    this.log.push('negotiate');
    return this.negotiation();
  }

  ring(): void {
    this.log.push('ring');
  }

  accept(media: LocalMedia): void {
    this.log.push(`accept ${media.rtp.address}:${media.rtp.port}`);
    const audio = this.negotiation();
    if (audio !== null) this.remote.onMedia(audio);
  }

  reject(failure: CallFailure): void {
    this.failure = failure;
    this.log.push(`reject ${failure.reason}`);
    this.remote.onEnded({ by: 'local', reason: failure.reason, detail: failure.message });
  }

  end(reason: Parameters<CallLeg['end']>[0], detail = ''): void {
    this.log.push(`end ${reason}`);
    this.remote.onEnded({ by: 'local', reason, detail });
  }

  listen(listener: CallLegListener): void {
    this.#listener = listener;
  }
}
