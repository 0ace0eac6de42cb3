/**
 * What the two sides of a call agreed about sound, free of any protocol: SDP offer/answer (RFC 3264) and
 * H.245 logical channels both arrive at these shapes, and the service hands them on to the media engine.
 */

/** Direction of one stream as seen from us (RFC 3264 §6.1): `recvonly` means that we only receive. */
export type MediaDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** One RTP payload format (RFC 8866 §6.6 rtpmap, §6.15 fmtp). */
export interface AudioFormat {
  /** RTP payload type, 0–127. */
  readonly payloadType: number;
  /** Media subtype name as IANA registers it, upper case except where IANA does not: `PCMU`, `PCMA`, `telephone-event`, `CN`. */
  readonly encodingName: string;
  readonly clockRateHz: number;
  readonly channels: number;
  /** The fmtp value as received, or null. */
  readonly parameters: string | null;
}

/** An address media goes to. */
export interface MediaAddress {
  /** Literal IPv4 or IPv6 address. */
  readonly address: string;
  readonly port: number;
}

/** One negotiated audio stream, ready for the media engine. */
export interface NegotiatedAudio {
  /** What we send, and prefer to receive. */
  readonly format: AudioFormat;
  /** Everything the other side may send us, `format` included, telephone-event and CN excluded. */
  readonly receiveFormats: readonly AudioFormat[];
  /** RFC 4733 telephone-event at the clock rate of `format`, or null when not agreed. */
  readonly telephoneEvent: AudioFormat | null;
  /** How we send events, where that is not how we receive them (H.245); null: the other side takes none. */
  readonly sentTelephoneEvent?: AudioFormat | null;
  /** RFC 3389 comfort noise, or null when not agreed. */
  readonly comfortNoise: AudioFormat | null;
  readonly direction: MediaDirection;
  /** Where we send RTP; null while the other side holds with 0.0.0.0 or port 0. */
  readonly remoteRtp: MediaAddress | null;
  /** Where we send RTCP: a=rtcp (RFC 3605), or RTP port + 1, or the same with a=rtcp-mux (RFC 5761). */
  readonly remoteRtcp: MediaAddress | null;
  readonly isRtcpMultiplexed: boolean;
  /** Packet time we send with: a=ptime bounded by a=maxptime, 10–60. */
  readonly packetTimeMs: number;
  /** True where the other side asks us to learn its address from its packets (a=direction:active, comedia). */
  readonly isAddressLearned: boolean;
  /** Null or absent where the other side asks for none, or we send none. */
  readonly extendedReports?: ExtendedReportRequest | null;
  /** The other side asks to be sent back what it sends (RFC 6849, `rtp-media-loopback`). */
  readonly isLoopbackAsked?: boolean;
  /** Absent where the protocol knows no encryption. */
  readonly security?: MediaSecurity;
}

/** How media is protected on the way. */
export interface MediaSecurity {
  /** Null where it goes in clear. */
  readonly encryption: MediaEncryption | null;
  /** Where the keys are agreed on in the media itself, as browsers do (RFC 5763); else null or absent. */
  readonly handshake?: MediaHandshake | null;
  /** By name, in the order of the offer, known or not. */
  readonly offeredSuites: readonly string[];
  /** Why what was offered before the suite chosen, or everything, could not be taken: sentences for a person. */
  readonly refusals: readonly string[];
}

/** What both sides told of ICE (RFC 8839) and DTLS (RFC 8842). */
interface MediaHandshake extends MediaIdentity {
  readonly localUsername: string;
  readonly localPassword: string;
  readonly remoteUsername: string;
  /** SHA-256 of the other side's certificate, as `AB:CD:…`. */
  readonly remoteFingerprint: string;
}

/** A certificate and its key, PEM. */
interface MediaIdentity {
  readonly certificate: string;
  readonly key: string;
}

/** SRTP (RFC 3711) with keys that were told in SDP (RFC 4568). */
interface MediaEncryption {
  /** As RFC 4568 §6.2, RFC 6188 §4 and RFC 7714 §14.1 name it. */
  readonly suite: string;
  readonly keyLengthBits: number;
  /** Of the line that was chosen. */
  readonly tag: number;
  /** Ours, for what we send; and that of the other side. Never to be shown. */
  readonly sending: SrtpKey;
  readonly receiving: SrtpKey;
}

export interface SrtpKey {
  readonly masterKey: Uint8Array;
  readonly masterSalt: Uint8Array;
  /** Packets it may protect; null where the suite's own limit holds. */
  readonly lifetimePackets: number | null;
}

/** Never, where the other side can, or nothing else. */
export type EncryptionPolicy = 'off' | 'optional' | 'required';

/** RTCP extended reports that the other side asks for (RFC 3611 §5.1). */
export interface ExtendedReportRequest {
  readonly hasVoipMetrics: boolean;
  /** Receiver reference times, for a round trip that needs no sender reports. */
  readonly hasReferenceTime: boolean;
}

/** What we can do, in our order of preference. */
export interface AudioCapabilities {
  readonly formats: readonly AudioFormat[];
  readonly packetTimeMs: number;
  /** Whether extended reports are asked for in offers, and agreed to in answers (RFC 3611 §5.2). */
  readonly hasExtendedReports?: boolean;
  /** `off` unless told. */
  readonly encryption?: EncryptionPolicy;
  /** What browsers are shown in DTLS; without it their offers are refused. */
  readonly identity?: MediaIdentity;
}

/** Where the other side is to send its media. */
export interface LocalMedia {
  readonly rtp: MediaAddress;
  readonly rtcp: MediaAddress;
  /** What comes in is sent back, and whoever asks for that is told so (RFC 6849). */
  readonly isMirror?: boolean;
  /** Where its further streams go, in a session that takes several. */
  readonly further?: readonly LocalMedia[];
}

/** Fax in place of sound: one T.38 stream over UDPTL (ITU-T T.38 Annex D). */
export interface FaxDescription {
  /** Where that side takes UDPTL. */
  readonly remote: MediaAddress;
  /** `T38FaxVersion:0`, `T38FaxUdpEC:t38UDPRedundancy`, …: what stands behind `a=`. */
  readonly parameters: readonly string[];
}
