import { CallFailure } from '../../signaling/call-failure.ts';
import type { CallLeg } from '../../signaling/call-leg.ts';
import type { NegotiatedAudio } from '../../signaling/session-description.ts';
import { isInBlocks } from './address-blocks.ts';
import type { VoiceConnector } from './voice-connector.ts';

/**
 * The rules of recording sessions: where from, how, whether at all, how fast. Numbers are not looked at: AWS streams
 * calls of any.
 * @throws CallFailure
 */
export function admitRecording(
  { remoteAddress, transport }: Pick<CallLeg, 'remoteAddress' | 'transport'>,
  audio: NegotiatedAudio | null,
  connector: VoiceConnector,
  nowMs: number,
): void {
  const { id, termination, requireEncryption, streaming } = connector.definition;
  if (!isInBlocks(remoteAddress, termination.cidrAllowedList)) {
    const detail = `${remoteAddress} is not in the termination.cidrAllowedList of ${id}.`;
    throw new CallFailure('source-not-allowed', detail);
  }
  if (streaming.disabled) {
    throw new CallFailure('connector-disabled', `Streaming of ${id} is disabled: nothing is recorded.`);
  }
  const isEncrypted = transport === 'TLS' && (audio?.security?.encryption ?? null) !== null;
  if (requireEncryption && !isEncrypted) {
    throw new CallFailure('encryption-required', `${id} takes calls over TLS with SRTP only.`);
  }
  if (connector.takeCall(nowMs)) return;
  const detail = `More than ${termination.cpsLimit} calls in a second, as many as termination.cpsLimit allows.`;
  throw new CallFailure('too-many-calls-per-second', detail, 1);
}
