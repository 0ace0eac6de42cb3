import { describe, expect, it } from 'vitest';
import { putCommand, putEvent, takeCommands, takeEvents } from '../../../media/engine/flat-message.ts';
import type { FlatMessage } from '../../../media/engine/flat-values.ts';
import type { MediaSession, OpenLegRequest, PayloadFormat } from '../../../media/engine/media-leg.ts';
import type { WorkerCommand, WorkerEvent } from '../../../media/engine/worker-message.ts';
import type { QualityInputs } from '../../../media/quality/leg-report.ts';
import { createLegReport } from '../../support/leg-report.ts';
import { PCMA_FORMAT } from './rtp-caller.ts';

const OPUS: PayloadFormat = {
  payloadType: 111,
  encodingName: 'opus',
  clockRateHz: 48_000,
  channels: 2,
  parameters: 'useinbandfec=1',
};
const EVENTS: PayloadFormat = { ...PCMA_FORMAT, payloadType: 101, encodingName: 'telephone-event' };
const NOISE: PayloadFormat = { ...PCMA_FORMAT, payloadType: 13, encodingName: 'CN' };

const PLAIN: MediaSession = {
  format: PCMA_FORMAT,
  receiveFormats: [],
  telephoneEvent: null,
  comfortNoise: null,
  direction: 'recvonly',
  remoteRtp: null,
  remoteRtcp: null,
  isRtcpMultiplexed: false,
  packetTimeMs: 20,
  isAddressLearned: false,
};

/** With every field there is, each of another value than any other of its kind: a new one must be added here. */
const FULL: Required<MediaSession> = {
  format: OPUS,
  receiveFormats: [OPUS, PCMA_FORMAT],
  telephoneEvent: EVENTS,
  sentTelephoneEvent: { ...EVENTS, payloadType: 96 },
  comfortNoise: NOISE,
  direction: 'sendonly',
  remoteRtp: { address: '192.0.2.1', port: 4000 },
  remoteRtcp: { address: '2001:db8::1', port: 4003 },
  isRtcpMultiplexed: true,
  packetTimeMs: 30,
  isAddressLearned: true,
  extendedReports: { hasVoipMetrics: true, hasReferenceTime: false },
  security: {
    encryption: {
      suite: 'AES_CM_128_HMAC_SHA1_80',
      sending: {
        masterKey: Uint8Array.of(1, 2),
        masterSalt: Uint8Array.of(3),
        lifetimePackets: null,
      },
      receiving: {
        masterKey: Uint8Array.of(4),
        masterSalt: Uint8Array.of(5, 6),
        lifetimePackets: 7,
      },
    },
    handshake: null,
  },
};

const REQUEST: Required<OpenLegRequest> = {
  legId: 'leg-1',
  mixId: 'room',
  bindAddress: '127.0.0.1',
  portRangeName: 'trunk',
  canonicalName: 'leg-1@carillon',
  openedAtMs: 1.5,
};

const INPUTS: QualityInputs = {
  codec: 'PCMU',
  scale: 'narrowband',
  delayModel: 'recommended',
  equipmentImpairment: 0,
  packetLossRobustness: 25.1,
  lossPercent: 1,
  burstRatio: 1.5,
  delayMs: 60,
  ratingConversational: 80,
  ratingListening: 81,
};

/** As it comes out of the other thread. */
function carry(message: FlatMessage): FlatMessage {
  return structuredClone(message);
}

function carryCommands(commands: readonly WorkerCommand[]): WorkerCommand[] {
  const message: FlatMessage = [];
  for (const command of commands) putCommand(message, command);
  return takeCommands(carry(message));
}

function carryEvents(events: readonly WorkerEvent[]): WorkerEvent[] {
  const message: FlatMessage = [];
  for (const event of events) putEvent(message, event);
  return takeEvents(carry(message));
}

describe('flat messages', () => {
  it('carry commands as they are, in their order', () => {
    const { portRangeName, ...request } = REQUEST;
    const commands: WorkerCommand[] = [
      { type: 'open', request: REQUEST, lent: null },
      { type: 'open', request, lent: { rtpPort: 20_000, continuation: null } },
      { type: 'update', legId: 'a', session: PLAIN, agreedAtMs: 2.25 },
      { type: 'mute', legId: 'a', isMuted: true },
      { type: 'update', legId: 'b', session: FULL, agreedAtMs: 3 },
      { type: 'join', legId: 'b' },
      { type: 'play', legId: 'b', clips: ['one', 'two'], isDucking: true },
      { type: 'play', legId: 'b', clips: [], isDucking: false },
      { type: 'relay', legId: 'b', toLegId: null, impairment: { lossPercent: 1, jitterMs: 2 } },
      { type: 'give-back', portRangeName, rtpPort: 20_000 },
      { type: 'close', legId: 'a' },
      { type: 'stop' },
    ];
    expect(carryCommands(commands)).toStrictEqual(commands);
  });

  it('leave out what says nothing', () => {
    const keyless = { ...PLAIN, extendedReports: null, security: { encryption: null, handshake: null } };
    const commands = [keyless, { ...PLAIN, sentTelephoneEvent: null }].map(
      (session): WorkerCommand => ({ type: 'update', legId: 'a', session, agreedAtMs: 1 }),
    );
    const sessions = carryCommands(commands).map((command) => 'session' in command && command.session);
    expect(sessions).toStrictEqual([PLAIN, { ...PLAIN, sentTelephoneEvent: null }]);
  });

  it('carry the handshake of a browser, which has no keys yet', () => {
    const text = 'x';
    const handshake = {
      ...{ localUsername: text, localPassword: text, remoteUsername: text },
      ...{ remoteFingerprint: text, certificate: text, key: text },
    };
    const session: MediaSession = { ...PLAIN, security: { encryption: null, handshake } };
    const commands: WorkerCommand[] = [{ type: 'update', legId: 'a', session, agreedAtMs: 1 }];
    expect(carryCommands(commands)).toStrictEqual(commands);
  });

  it('carry events as they are, in their order', () => {
    const report = createLegReport({ legId: 'a', isFinal: true, quality: INPUTS });
    const unheard = createLegReport({
      mosListening: null,
      mosConversational: null,
      roundTripTimeUs: null,
      received: { jitterUs: null, jitterMaxUs: null, synchronizationSource: null },
      sent: { lostCumulative: null, jitterUs: null },
    });
    const events: WorkerEvent[] = [
      { type: 'opened', legId: 'a', rtpPort: 20_000 },
      { type: 'played', legId: 'a' },
      { type: 'report', legId: 'a', report },
      { type: 'closed', legId: 'a', report },
      { type: 'closed', legId: 'b', report: null },
      { type: 'closed', legId: 'c', report: unheard },
      { type: 'lost', legId: 'd', detail: 'recvmsg ENETDOWN' },
    ];
    expect(carryEvents(events)).toStrictEqual(events);
  });
});
