/** What a leg sends of its own: what it hears, encoded, in packets of its session, at an even pace. */
import { type AudioCodec, findAudioCodec } from '../codec/audio-codec.ts';
import type { Mixer, MixParticipant } from '../mix/mixer.ts';
import type { LegHearing } from './leg-hearing.ts';
import type { MediaSession, TransportAddress } from './media-leg.ts';
import type { PacketSender } from './packet-sender.ts';

export class LegVoice {
  readonly #hearing: LegHearing;
  readonly #sender: PacketSender;
  readonly #send: (packet: Uint8Array, to: TransportAddress) => void;
  #codec: AudioCodec | null = null;
  #canSend = false;

  constructor(
    hearing: LegHearing,
    sender: PacketSender,
    send: (packet: Uint8Array, to: TransportAddress) => void,
  ) {
    this.#hearing = hearing;
    this.#sender = sender;
    this.#send = send;
  }

  /** Whether packets also leave between frames: see `PacketSender.takePacket`. */
  get isPaced(): boolean {
    return this.#canSend && this.#sender.isPaced;
  }

  update({ format, packetTimeMs, direction }: MediaSession): void {
    this.#codec = findAudioCodec(format.encodingName, format.parameters);
    this.#sender.configure(format.payloadType, packetTimeMs, this.#codec ?? undefined);
    if (this.#codec !== null) this.#hearing.configure(this.#codec);
    this.#canSend = this.#codec !== null && (direction === 'sendrecv' || direction === 'sendonly');
  }

  /** Every 20 ms, after the mix: silence, so that the stream goes on, without one. */
  speak<P extends MixParticipant>(leg: P, mixer: Mixer<P> | null, to: TransportAddress | null): void {
    if (!this.#canSend || this.#codec === null || to === null) {
      this.#sender.skip(1);
      this.#hearing.skip();
      return;
    }
    this.#sender.append(this.#hearing.encode(leg, mixer, this.#codec));
    this.#sendReady(to, false);
  }

  /** Half a frame later, where it is paced. */
  speakPaced(to: TransportAddress | null): void {
    if (this.#canSend && to !== null) this.#sendReady(to, true);
  }

  #sendReady(to: TransportAddress, isHalfFrame: boolean): void {
    const take = (): Uint8Array | null => this.#sender.takePacket(isHalfFrame);
    for (let packet = take(); packet !== null; packet = take()) this.#send(packet, to);
  }
}
