import type { ConnectorObserver } from '../connector/connector-observer.ts';
import type { TrunkCall } from '../connector/trunk-call.ts';
import type { StreamingDesk } from './streaming-desk.ts';
import { StreamingSession } from './streaming-session.ts';

/** Streams the calls of connectors that want it: each side's sound by itself, from answer to end. */
export class TrunkStreaming implements Pick<ConnectorObserver, 'callAnswered' | 'callRefused' | 'callEnded'> {
  readonly #desk: StreamingDesk;
  readonly #isStreamed: (voiceConnectorId: string) => boolean;
  readonly #sessions = new Map<string, StreamingSession>();
  readonly #stopping = new Set<Promise<void>>();

  constructor(desk: StreamingDesk, isStreamed: (voiceConnectorId: string) => boolean) {
    this.#desk = desk;
    this.#isStreamed = isStreamed;
  }

  /** Calls that are being streamed. */
  get openCount(): number {
    return this.#sessions.size;
  }

  callAnswered(call: TrunkCall): void {
    if (!this.#isStreamed(call.voiceConnectorId)) return;
    call.isStreaming = true;
    const { voiceConnectorId, direction, fromNumber, toNumber } = call;
    const sipCallId = call.legs.customer?.sipCallId ?? call.leg.remoteCallId;
    const streamed = {
      voiceConnectorId,
      transactionId: call.id,
      sipCallId,
      direction,
      fromNumber,
      toNumber,
    };
    const parties = [call.callerSide, call.calleeSide].map((side) => ({
      legId: `${call.id}-${side}`,
      isCaller: side === call.callerSide,
      recorded: null,
    }));
    this.#sessions.set(call.id, new StreamingSession(this.#desk, streamed, parties));
  }

  callRefused(): void {}

  callEnded(call: TrunkCall, nowMs: number): void {
    const session = this.#sessions.get(call.id);
    if (session === undefined) return;
    this.#sessions.delete(call.id);
    const stopping = session.stop(call.endedAtMs ?? nowMs).finally(() => this.#stopping.delete(stopping));
    this.#stopping.add(stopping);
  }

  /** Resolves when the streams of the calls that have ended are whole. */
  async settle(): Promise<void> {
    await Promise.all(this.#stopping);
  }
}
