import type { CallEnd, CallLegListener, CallProtocol, SignalingTransport } from '../../signaling/call-leg.ts';
import type { LocalMedia } from '../../signaling/session-description.ts';

/** What an outgoing call tells. `onMedia` before `onAnswered` is early media; `onEnded` is last, exactly once. */
export interface OutgoingLegListener extends CallLegListener {
  /** `180 Ringing`, `183 Session Progress`, `alerting`; the status is null where the protocol has none. */
  onProgress(text: string, status: number | null): void;
  onAnswered(status: number | null): void;
  /** Just before `onEnded`. `detail` is for a person and has the status in it. */
  onRefused(refused: {
    readonly status: number | null;
    readonly text: string;
    readonly detail: string;
  }): void;
}

/** A call of ours, the one interface that SIP and H.323 give to the caller. */
export interface OutgoingLeg {
  /** Call-ID header or H.225 callIdentifier. */
  readonly remoteCallId: string;
  /** Sets the one listener; events that came before are delivered at once. */
  listen(listener: OutgoingLegListener): void;
  /** Presses a key by signaling; `onAnswered` gets the status it was answered with, where there is one. */
  pressKey(digit: string, durationMs: number, onAnswered: (status: number) => void): void;
  /** BYE, CANCEL or Release Complete. Safe in any state. */
  end(reason: CallEnd['reason'], detail?: string): void;
}

/** The way to whoever is called, found before the call: its local address is what media is offered at. */
export interface CallRoute {
  readonly protocol: CallProtocol;
  readonly transport: SignalingTransport;
  readonly localAddress: string;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** The port range of the media engine that media is to use, where it is not the default one. */
  readonly portRangeName?: string;
  /** Once. */
  place(media: LocalMedia): OutgoingLeg;
  /** Lets go of everything, after a BYE that is under way has been answered. */
  close(): Promise<void>;
}
