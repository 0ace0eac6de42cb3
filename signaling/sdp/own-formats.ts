/** The formats that a description of ours names. */
import type { AudioCapabilities, AudioFormat, NegotiatedAudio } from '../session-description.ts';
import { isAuxiliary, isSameCoding } from './audio-formats.ts';

const TELEPHONE_EVENTS = '0-16'; // RFC 4733 §3.2, table 3: digits, *, #, A–D, flash

/** Codec, events and comfort noise with the payload types in use, and our own parameters. */
export function describeAgreed(audio: NegotiatedAudio, capabilities: AudioCapabilities): AudioFormat[] {
  const { format, telephoneEvent, comfortNoise } = audio;
  return [format, telephoneEvent, comfortNoise]
    .filter((one) => one !== null)
    .map((one) => withOwnParameters(one, capabilities));
}

/** Everything we can do, the codecs first. */
export function describeCapabilities(capabilities: AudioCapabilities): AudioFormat[] {
  const { formats } = capabilities;
  const codecs = formats.filter((format) => !isAuxiliary(format));
  const auxiliaries = formats.filter(isAuxiliary);
  return [...codecs, ...auxiliaries].map((format) => withOwnParameters(format, capabilities));
}

/** fmtp says what its sender wants to receive, so ours is written, never theirs (RFC 8866 §6.15). */
function withOwnParameters(format: AudioFormat, { formats }: AudioCapabilities): AudioFormat {
  const own = formats.find((candidate) => isSameCoding(candidate, format));
  const fallback = format.encodingName === 'telephone-event' ? TELEPHONE_EVENTS : null;
  return { ...format, parameters: own?.parameters ?? fallback };
}
