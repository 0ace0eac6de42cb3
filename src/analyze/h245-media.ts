/** What the data types of H.245 are in RTP (H.225.0 §6.2.7, RFC 3551). */
import type { DescribedMedia } from '../../media/capture/stream-payloads.ts';
import { type PayloadMeaning, staticPayload } from '../../media/rtp/static-payload.ts';

/** Any alternative of a choice: what a capture holds may be what we would never agree to. */
export interface AnyChoice {
  readonly choice: string;
  readonly value: unknown;
}

/** Static payload types by their name in H.245. */
const STATIC_TYPES: Readonly<Record<string, number>> = {
  g711Ulaw64k: 0,
  g711Ulaw56k: 0,
  gsmFullRate: 3,
  g7231: 4,
  g7231AnnexCCapability: 4,
  g711Alaw64k: 8,
  g711Alaw56k: 8,
  'g722-64k': 9,
  'g722-56k': 9,
  'g722-48k': 9,
  g728: 15,
  g729: 18,
  g729AnnexA: 18,
  g729wAnnexB: 18,
  g729AnnexAwAnnexB: 18,
  g729Extensions: 18,
  h261VideoCapability: 31,
  h263VideoCapability: 34,
};

/** Those that always have a dynamic type, by their name or, where they are generic, their object identifier. */
const DYNAMIC_MEANINGS: Readonly<Record<string, PayloadMeaning>> = {
  gsmHalfRate: { encodingName: 'GSM-HR-08', clockRateHz: 8000 },
  gsmEnhancedFullRate: { encodingName: 'GSM-EFR', clockRateHz: 8000 },
  '0.0.8.245.1.1.1': { encodingName: 'AMR', clockRateHz: 8000 }, // H.245 annex I
  '0.0.7.7222.1.0': { encodingName: 'AMR-WB', clockRateHz: 16_000 }, // G.722.2 annex F
  '0.0.7.7221.1.0': { encodingName: 'G7221', clockRateHz: 16_000 }, // G.722.1 annex A
  '0.0.8.241.0.0.1': { encodingName: 'H264', clockRateHz: 90_000 }, // H.241 §8.3
  '0.0.8.245.1.0.0': { encodingName: 'MP4V-ES', clockRateHz: 90_000 }, // H.245 annex E
  '0.0.8.224.1.0': { encodingName: 'H224', clockRateHz: 4800 }, // RFC 4573
};

/**
 * @param dynamicType `dynamicRTPPayloadType`, where it was said
 * @returns null for what is no medium
 */
export function describeDataType(
  dataType: AnyChoice,
  dynamicType: number | undefined,
): DescribedMedia | null {
  switch (dataType.choice) {
    case 'audioData':
    case 'videoData':
    case 'data':
      return {
        protocol: 'H.245',
        formats: formatsOf(capabilityName(dataType.value as AnyChoice), dynamicType),
        isEncrypted: false,
      };
    case 'h235Media': {
      // H.235.6: the payload is closed, the header is not.
      const { mediaType } = dataType.value as { readonly mediaType: AnyChoice };
      const media = describeDataType(mediaType, dynamicType);
      return media && { ...media, isEncrypted: true };
    }
    default:
      return null;
  }
}

function formatsOf(name: string, dynamicType: number | undefined): Map<number, PayloadMeaning> {
  const staticType = STATIC_TYPES[name];
  const meaning = staticType === undefined ? DYNAMIC_MEANINGS[name] : staticPayload(staticType);
  const payloadType = dynamicType ?? staticType;
  // Nothing known, but an address: its streams are counted, and their clocks guessed.
  if (!meaning || payloadType === undefined) return new Map();
  return new Map([[payloadType, meaning]]);
}

/** The name of a capability; of a generic one, its object identifier. */
function capabilityName({ choice, value }: AnyChoice): string {
  if (choice === 'genericAudioCapability' || choice === 'genericVideoCapability') return identifierOf(value);
  // Application of a data capability, for far-end camera control among others.
  const application = (value as { readonly application?: AnyChoice } | null)?.application;
  return application?.choice === 'genericDataCapability' ? identifierOf(application.value) : choice;
}

function identifierOf(capability: unknown): string {
  const { capabilityIdentifier } = capability as { readonly capabilityIdentifier: AnyChoice };
  return capabilityIdentifier.choice === 'standard' ? String(capabilityIdentifier.value) : '';
}
