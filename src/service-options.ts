import { isIP } from 'node:net';
import type { Config } from '../config/schema.ts';
import type { MediaEngineOptions } from '../media/engine/media-engine.ts';
import packageDescription from '../package.json' with { type: 'json' };
import type { H323EndpointOptions } from '../signaling/h323/endpoint.ts';
import type { AudioCapabilities, AudioFormat } from '../signaling/session-description.ts';
import type { FlowProvider } from '../signaling/sip/call-environment.ts';
import { DEFAULT_SIP_LIMITS } from '../signaling/sip/limits.ts';
import type { ListenerOptions } from '../signaling/sip/listen-failed.ts';
import type { TlsOptions } from '../signaling/sip/tls-options.ts';
import type { TransactionLayer } from '../signaling/sip/transaction-layer.ts';
import type { TransportOptions } from '../signaling/sip/transport-layer.ts';
import type { UserAgentOptions } from '../signaling/sip/user-agent-options.ts';
import type { WheelClock } from '../signaling/sip/wheel-clock.ts';
import type { TlsIdentity } from './certificate.ts';
import { h323Port } from './listener.ts';
import { H323_PORT_RANGE } from './meeting/open-media.ts';
import type { RoomRules } from './meeting/room-rules.ts';
import { type ConnectorAuthentication, createAuthentication } from './sip-authentication.ts';
import { srtpPolicies } from './srtp-policy.ts';

const FIRST_PLAYOUT_DELAY_MS = 40;
const DIALOG_RETRY_AFTER_SECONDS = 10;

/** What we can hear and say, in the order of the configuration; telephone-events and comfort noise besides. */
function audioCapabilities(media: Config['media']): AudioCapabilities {
  const { codecs, packetTimeMs, srtp, rtcpExtendedReports } = media;
  const events = audioFormat(101, 'telephone-event', '0-16');
  // RFC 4733 §2.1: events share the timestamps of the codec, so each clock rate has its own.
  const opusEvents = { ...events, payloadType: 110, clockRateHz: OPUS.clockRateHz };
  const auxiliaries = [events, ...(codecs.includes('OPUS') ? [opusEvents] : []), audioFormat(13, 'CN')];
  return {
    formats: [...spokenFormats(codecs), ...auxiliaries],
    packetTimeMs,
    encryption: srtp,
    hasExtendedReports: rtcpExtendedReports !== 'off',
  };
}

/** RFC 7587 §7: always two channels and 48 kHz; what we play and record is one channel of 16 kHz. */
const OPUS: AudioFormat = {
  payloadType: 111,
  encodingName: 'opus',
  clockRateHz: 48_000,
  channels: 2,
  parameters: 'useinbandfec=1;maxplaybackrate=16000;sprop-maxcapturerate=16000',
};

function spokenFormats(codecs: Config['media']['codecs']): AudioFormat[] {
  const staticTypes = { PCMU: 0, PCMA: 8, G722: 9 } as const;
  return codecs.map((name) => (name === 'OPUS' ? OPUS : audioFormat(staticTypes[name], name)));
}

function audioFormat(
  payloadType: number,
  encodingName: string,
  parameters: string | null = null,
): AudioFormat {
  return { payloadType, encodingName, clockRateHz: 8000, channels: 1, parameters };
}

/** The SIP listeners that are switched on. */
function sipListeners({
  sip,
  voiceConnectors,
}: Pick<Config, 'sip' | 'voiceConnectors'>): readonly ListenerOptions[] {
  const { address, tls } = sip;
  const planned = [
    { transport: 'UDP', address, port: sip.udpPort },
    { transport: 'TCP', address, port: sip.tcpPort },
    { transport: 'TLS', address, port: sip.tlsPort, allowPlain: tls.allowPlainTcp },
    // A page that came over HTTPS may open no plain WebSocket; the first byte tells the two apart.
    {
      transport: sip.tlsPort === null ? 'WS' : 'WSS',
      address,
      port: sip.webSocketPort,
      allowPlain: true,
    },
  ] as const;
  const own = voiceConnectors.flatMap(({ port }) => [
    { transport: 'UDP', address, port } as const,
    // Which is told by the first byte; without a certificate there is no TLS to tell.
    { transport: sip.tlsPort === null ? 'TCP' : 'TLS', address, port, allowPlain: true } as const,
  ]);
  return [...planned, ...own].flatMap((listener) =>
    listener.port === null ? [] : [{ ...listener, port: listener.port }],
  );
}

export function transportOptions(
  { sip, voiceConnectors }: Pick<Config, 'sip' | 'voiceConnectors'>,
  clock: WheelClock,
  identity: TlsIdentity | null,
): TransportOptions {
  const tls: TlsOptions | null = identity === null ? null : { ...identity };
  return {
    listeners: sipListeners({ sip, voiceConnectors }),
    clock,
    tls,
    advertisedAddress: sip.advertisedAddress === 'auto' ? null : sip.advertisedAddress,
    limits: {
      connections: sip.maxConnections,
      connectionsPerAddress: sip.maxConnectionsPerAddress,
      halfOpenTimeoutMs: sip.halfOpenTimeoutSeconds * 1000,
      partialMessageTimeoutMs: sip.halfOpenTimeoutSeconds * 1000,
      idleTimeoutMs: sip.idleTimeoutSeconds * 1000,
    },
    messageLimits: { ...DEFAULT_SIP_LIMITS, messageBytes: sip.maxMessageBytes },
  };
}

/** Keys need no payload format here: H.245 has capabilities of its own for them; and none for Opus. */
export function h323EndpointOptions(
  { sip, h323, media }: Pick<Config, 'sip' | 'h323' | 'media'>,
  port: number,
): H323EndpointOptions {
  return {
    address: sip.address,
    port,
    portRange: h323.portRange,
    ...(h323.gatekeeper && { gatekeeper: h323.gatekeeper }),
    capabilities: {
      formats: spokenFormats(media.codecs.filter((name) => name !== 'OPUS')),
      packetTimeMs: media.packetTimeMs,
    },
    displayName: 'Carillon',
    productId: 'Carillon',
    versionId: packageDescription.version,
    advertisedAddressFor: (localAddress) => literalAddress(sip.advertisedAddress, localAddress),
  };
}

export function roomRules({ rooms }: Pick<Config, 'rooms'>): RoomRules {
  return {
    language: rooms.language,
    interDigitPauseMs: rooms.interDigitPauseSeconds * 1000,
    welcomeSilenceMs: rooms.welcomeSilenceSeconds * 1000,
    welcomeAttempts: rooms.welcomeAttempts,
    largeMeetingSize: rooms.largeMeetingSize,
    hasTones: rooms.tones,
    waitingNoticeMs: rooms.waitingNoticeSeconds * 1000,
    waitingRoomCueMs: rooms.waitingRoomCueSeconds * 1000,
    waitingRoomLimitMs: rooms.waitingRoomLimitSeconds * 1000,
    roomSystems: rooms.roomSystems.map((part) => part.toLowerCase()),
  };
}

/** What an H.323 caller can be told: the advertised address, or the local one where that is a name. */
export function literalAddress(advertisedAddress: string, localAddress: string): string {
  return isIP(advertisedAddress) === 0 ? localAddress : advertisedAddress;
}

export function mediaOptions({
  media,
  metrics,
  h323,
  quality,
}: Pick<Config, 'media' | 'metrics' | 'h323' | 'quality'>): MediaEngineOptions {
  const { minMs, maxMs } = media.jitterBuffer;
  return {
    portRange: media.portRange,
    ...(h323Port(h323) === null ? {} : { namedPortRanges: { [H323_PORT_RANGE]: h323.portRange } }),
    ...(media.workers === 'auto' ? {} : { workers: media.workers }),
    backend: media.backend,
    reportPeriodMs: metrics.periodSeconds * 1000,
    silenceTimeoutMs: media.silenceTimeoutSeconds * 1000,
    nat: media.nat === 'learn' ? 'learn' : 'strict',
    extendedReports: media.rtcpExtendedReports,
    qualityModel: { scale: quality.mos.scale, delayModel: quality.mos.delay },
    jitterBuffer: {
      minimumMs: minMs,
      maximumMs: maxMs,
      initialMs: Math.min(maxMs, Math.max(minMs, FIRST_PLAYOUT_DELAY_MS)),
    },
  };
}

export function userAgentOptions(
  { sip, media, limits }: Pick<Config, 'sip' | 'media' | 'limits'>,
  transactions: TransactionLayer,
  flows: FlowProvider,
  connectors: ConnectorAuthentication,
): UserAgentOptions {
  const authenticate = createAuthentication({ sip });
  return {
    transactions,
    flows,
    capabilities: audioCapabilities(media),
    encryptionByTransport: srtpPolicies(media),
    // RFC 3264 §6.1 recommends the caller's order, so that both sides speak what it likes best.
    preference: media.codecOrder === 'caller' ? 'remote' : 'local',
    softwareName: `Carillon/${packageDescription.version}`,
    sessionTimer: {
      intervalSeconds: sip.sessionExpiresSeconds,
      minimumSeconds: sip.minSessionExpiresSeconds,
    },
    reliableProvisional: 'required',
    wallClockMs: Date.now,
    // Room for the calls that are about to be refused with a reason, and for dialogs that are ending.
    maxDialogs: limits.maxCalls * 2,
    retryAfterSeconds: DIALOG_RETRY_AFTER_SECONDS,
    authenticate: (request, flow) => {
      const challenge = connectors.authenticate(request, flow);
      return challenge === undefined ? (authenticate?.(request) ?? null) : challenge;
    },
  };
}
