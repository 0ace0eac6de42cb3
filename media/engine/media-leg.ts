/**
 * The contract between the service (main thread) and the media engine (worker threads). Everything here is
 * plain data that survives structured cloning; no packet ever crosses it.
 */
import type { LegReport } from '../quality/leg-report.ts';
import type { RecordingRequest } from '../record/recording-message.ts';
import type { SrtpFailureCounts } from '../srtp/srtp-failure.ts';
import type { MediaRecording, RecordingListener } from './recording-link.ts';

export interface PayloadFormat {
  readonly payloadType: number;
  readonly encodingName: string;
  readonly clockRateHz: number;
  readonly channels: number;
  readonly parameters: string | null;
}

/** SRTP: its suite by name, and the keys of both sides. */
export interface MediaEncryption {
  readonly suite: string;
  /** Ours, for what we send; and that of the other side. */
  readonly sending: EncryptionKey;
  readonly receiving: EncryptionKey;
}

/** What both sides told of ICE and DTLS. */
export interface MediaHandshake {
  readonly localUsername: string;
  readonly localPassword: string;
  readonly remoteUsername: string;
  /** SHA-256 of the other side's certificate, as `AB:CD:…`. */
  readonly remoteFingerprint: string;
  /** What we present, PEM, and its key. */
  readonly certificate: string;
  readonly key: string;
}

/** What ICE and DTLS came to: where the other side is, and the keys. */
export interface EstablishedPath {
  readonly remote: TransportAddress;
  readonly encryption: MediaEncryption;
}

export interface EncryptionKey {
  readonly masterKey: Uint8Array;
  readonly masterSalt: Uint8Array;
  /** Packets it may protect; null where the suite's own limit holds. */
  readonly lifetimePackets: number | null;
}

export interface TransportAddress {
  readonly address: string;
  readonly port: number;
}

/** When extended reports are sent (RFC 3611): never, where the other side asks for them, or in any case. */
export type ExtendedReportMode = 'off' | 'negotiated' | 'always';

/** Which extended reports the other side asked for (RFC 3611 §5.1). */
export interface ExtendedReportRequest {
  readonly hasVoipMetrics: boolean;
  readonly hasReferenceTime: boolean;
}

/** What signaling agreed with the other side; the same shape as signaling's NegotiatedAudio. */
export interface MediaSession {
  readonly format: PayloadFormat;
  readonly receiveFormats: readonly PayloadFormat[];
  readonly telephoneEvent: PayloadFormat | null;
  /** How events are sent, where that is not how they are received; null: not at all. */
  readonly sentTelephoneEvent?: PayloadFormat | null;
  readonly comfortNoise: PayloadFormat | null;
  readonly direction: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';
  readonly remoteRtp: TransportAddress | null;
  readonly remoteRtcp: TransportAddress | null;
  readonly isRtcpMultiplexed: boolean;
  readonly packetTimeMs: number;
  readonly isAddressLearned: boolean;
  /** Null or absent where none were asked for. */
  readonly extendedReports?: ExtendedReportRequest | null;
  /** Absent where media goes in clear. */
  readonly security?: {
    readonly encryption: MediaEncryption | null;
    /** Where the keys are agreed on in the media itself, as browsers do. */
    readonly handshake?: MediaHandshake | null;
  };
}

/** A key recognised in the media. */
export interface MediaDigit {
  readonly digit: string;
  readonly source: 'rfc4733' | 'in-band';
  readonly durationMs: number;
  readonly volumeDbm0: number | null;
  /** RFC 4733 packets of this event that arrived; 0 for in-band. */
  readonly packets: number;
  /** RFC 4733 packets missing between those, by their sequence numbers; 0 for in-band. */
  readonly packetsLost: number;
  readonly atMs: number;
}

export interface MediaLegListener {
  /** On the minute, and once more, marked final, when the leg closes. */
  onReport(report: LegReport): void;
  onDigit(digit: MediaDigit): void;
  /** No RTP for `media.silenceTimeoutSeconds`; again with `isSilent: false` when it returns. */
  onSilence(change: {
    readonly isSilent: boolean;
    readonly silentForMs: number;
    readonly atMs: number;
  }): void;
  /** Everything that was to be played has been; the background is no part of it. */
  onPlayed(): void;
  /** Packets from an address that is not the negotiated one, counted; told at most once a second. */
  onRefusedSource(refused: {
    readonly address: string;
    readonly port: number;
    readonly packets: number;
  }): void;
  /** Packets of RTP and RTCP that SRTP refused, cumulative; told at most once a second, and only where some were. */
  onProtectionFailures?(failures: SrtpFailureCounts): void;
  /** The handshake for the keys failed: no media will flow. */
  onHandshakeFailure?(detail: string): void;
  /** The worker died or the socket failed; the leg is gone and no final report follows. */
  onLost(detail: string): void;
}

export interface OpenLegRequest {
  readonly legId: string;
  /** Legs with the same mix share a worker, and hear each other once joined. */
  readonly mixId: string;
  /** Local IP address to bind, e.g. `0.0.0.0`, `127.0.0.1` or `::`. */
  readonly bindAddress: string;
  /** Which of `MediaEngineOptions.namedPortRanges` the ports come from; `portRange` unless told. */
  readonly portRangeName?: string;
  /** RTCP CNAME (RFC 3550 §6.5.1) we present. */
  readonly canonicalName: string;
  readonly openedAtMs: number;
}

/** What is done to relayed packets on purpose. */
export interface RelayImpairment {
  /** So many are dropped. */
  readonly lossPercent: number;
  /** Each is held back for up to so long, in steps of 20 ms, and may be overtaken. */
  readonly jitterMs: number;
}

export interface MediaLeg {
  readonly legId: string;
  /** Even; RTCP is the next one up unless multiplexed. */
  readonly rtpPort: number;
  readonly rtcpPort: number;
  /** Starts or changes the media: called for the first answer and after each re-negotiation. */
  update(session: MediaSession): void;
  /** From now the leg hears the others of its mix, and is heard (unless muted). */
  join(): void;
  leave(): void;
  /**
   * To another mix, where it has yet to join. The ports stay, and what was learned of the other side: its address, its
   * rollover counters, the key it presses. What is played does not where the mix is on another worker, and what is sent
   * goes on from another synchronization source, after a BYE (RFC 3550 §8.2).
   * @throws Error where the worker of that mix cannot take it
   */
  moveTo(mixId: string): Promise<void>;
  /** From now the leg hears itself and nobody else, behind its jitter buffer. */
  echo(): void;
  setMuted(isMuted: boolean): void;
  /**
   * What comes in is sent on by that leg of the same mix, packet by packet and not decoded, in place of what it would
   * hear; both must have the codec in common. Its own ID makes an echo, null ends it.
   */
  relayTo(legId: string | null, impairment?: RelayImpairment): void;
  /**
   * While the other side exchanges something that is not RTP with that address, such as UDPTL of fax, it is passed on as
   * it is between this leg and the one it relays to. Null: RTP again.
   */
  carryDatagrams(remote: TransportAddress | null): void;
  /**
   * Plays clips of `MediaEngineOptions.clips` to this leg alone, behind those it is being played. Speech (`ducks`)
   * lowers what the leg hears besides; tones do not.
   */
  play(clips: readonly string[], options: { readonly ducks: boolean }): void;
  /** Silences what is played at once, as when a key is pressed. */
  stopPlaying(): void;
  /** Presses a key by RFC 4733, behind those being pressed; without effect where events were not agreed on. */
  press(digit: string, durationMs: number): void;
  /** Repeats a clip behind everything, as music while one waits; null ends it. */
  playBehind(clip: string | null): void;
  /** Sends BYE, frees the ports, resolves with the last, partial report; null where the worker is gone, or there never was media. */
  close(): Promise<LegReport | null>;
}

export interface MediaEngine {
  start(): Promise<void>;
  /** @throws MediaPortsExhausted when no port pair of the leg's range is free. */
  openLeg(request: OpenLegRequest, listener: MediaLegListener): Promise<MediaLeg>;
  /**
   * Writes the sound of a leg or a mix into a WAV file: what the leg says, or all that the mix holds. It goes on
   * until it is stopped, without the leg or the mix too.
   * @throws RangeError where no leg of that name or in that mix is open; Error where the file cannot be opened
   */
  record(request: RecordingRequest, listener: RecordingListener): Promise<MediaRecording>;
  statistics(): MediaEngineStatistics;
  stop(): Promise<void>;
}

export interface MediaEngineStatistics {
  readonly workers: number;
  /** How packets come and go; where workers differ, the least of them. */
  readonly backend: 'dgram' | 'koffi' | 'io_uring';
  readonly legs: number;
  readonly openSockets: number;
  /** Port pairs not in use, of all ranges together. */
  readonly portsFree: number;
}

/** Every RTP/RTCP port pair of the range that the leg was to have its ports from is in use. */
export class MediaPortsExhausted extends Error {
  override readonly name = 'MediaPortsExhausted';
}

/** The sockets that were asked for cannot be had here; the message says why. */
export class MediaBackendUnavailable extends Error {
  override readonly name = 'MediaBackendUnavailable';
}
