import { randomUUID } from 'node:crypto';
import type { MediaLeg } from '../../media/engine/media-leg.ts';
import { clipName } from '../../media/prompt/read-clips.ts';
import { CallFailure } from '../../signaling/call-failure.ts';
import type { CallEnd } from '../../signaling/call-leg.ts';
import type { LocalMedia, NegotiatedAudio } from '../../signaling/session-description.ts';
import type { IncomingCall } from '../../signaling/sip/incoming-call.ts';
import type { OutgoingCall } from '../../signaling/sip/outgoing-call.ts';
import type { OutgoingCallListener } from '../../signaling/sip/outgoing-call-options.ts';
import type { ConnectorDesk } from './connector-desk.ts';
import type { NetworkScript } from './network-script.ts';

/** A sentence of the house, said again and again. */
const SPEECH = clipName('enter-meeting-id', 'en');

type NetworkDesk = Pick<ConnectorDesk, 'media' | 'mediaBindAddress' | 'now' | 'after'>;

/** A telephone of the simulated network: one call, in or out, with media of its own. */
export class NetworkParty implements OutgoingCallListener {
  readonly id = `network-${randomUUID()}`;
  readonly #desk: NetworkDesk;
  readonly #script: NetworkScript;
  #media: MediaLeg | null = null;
  #call: IncomingCall | OutgoingCall | null = null;
  #stopTimer: () => void = () => undefined;
  #isOver = false;

  constructor(script: NetworkScript, desk: NetworkDesk) {
    this.#script = script;
    this.#desk = desk;
  }

  /** Rings, answers or refuses as the script says. Never rejects. */
  async take(leg: IncomingCall, address: string): Promise<void> {
    this.#call = leg;
    leg.listen(this);
    const { refusalStatus, ringSeconds, hasEarlyMedia } = this.#script;
    try {
      if (refusalStatus !== null) throw refusal(refusalStatus);
      leg.negotiate();
      const local = await this.open(address);
      if (this.#isOver) return;
      if (hasEarlyMedia) leg.progress(local);
      else leg.ring();
      this.#stopTimer = this.#desk.after(ringSeconds * 1000, () => leg.accept(local));
    } catch (error) {
      leg.reject(error instanceof CallFailure ? error : new CallFailure('no-media-port', 'No media port.'));
    }
  }

  /** Opens the media; where the other side is to send. */
  async open(address: string): Promise<LocalMedia> {
    const { media, mediaBindAddress, now } = this.#desk;
    const leg = await media.openLeg(
      {
        legId: this.id,
        mixId: this.id,
        bindAddress: mediaBindAddress,
        canonicalName: `${this.id}@carillon`,
        openedAtMs: now(),
      },
      {
        onReport: () => undefined,
        onDigit: () => undefined,
        onSilence: () => undefined,
        onRefusedSource: () => undefined,
        onPlayed: () => undefined,
        onLost: (detail) => this.#call?.end('media-worker-lost', detail),
      },
    );
    if (this.#isOver) await leg.close();
    else this.#media = leg;
    const { rtpPort, rtcpPort } = leg;
    return { rtp: { address, port: rtpPort }, rtcp: { address, port: rtcpPort } };
  }

  /** The call that this telephone has placed. */
  follow(call: OutgoingCall): void {
    this.#call = call;
    call.listen(this);
  }

  onMedia(audio: NegotiatedAudio): void {
    const { isSilent, isSpeaking, isDeaf, lossPercent, jitterMs } = this.#script;
    if (isSpeaking) this.#media?.playBehind(SPEECH);
    else if (!isSilent) this.#media?.relayTo(this.id, { lossPercent, jitterMs });
    const direction = isSilent ? 'recvonly' : isDeaf ? 'sendonly' : audio.direction;
    this.#media?.update({ ...audio, direction });
  }

  onConfirmed(): void {
    const { dropAfterSeconds } = this.#script;
    if (dropAfterSeconds === null) return;
    this.#stopTimer = this.#desk.after(dropAfterSeconds * 1000, () => this.#call?.end('normal-clearing'));
  }

  onDigit(): void {}
  onProgress(): void {}
  onAnswered(): void {}
  onRefused(): void {}

  onEnded(_end: CallEnd): void {
    this.#isOver = true;
    this.#stopTimer();
    void this.#media?.close();
    this.#media = null;
  }
}

function refusal(sipStatus: number): CallFailure {
  return new CallFailure('remote-rejected', 'The number dialed asks for this refusal.', null, {
    sipStatus,
    text: 'Refused By Number',
  });
}
