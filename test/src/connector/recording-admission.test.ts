import { describe, expect, it } from 'vitest';
import { configSchema } from '../../../config/schema.ts';
import type { SignalingTransport } from '../../../signaling/call-leg.ts';
import { admitRecording } from '../../../src/connector/recording-admission.ts';
import { VoiceConnector } from '../../../src/connector/voice-connector.ts';
import { NEGOTIATED } from '../../support/fake-call-leg.ts';

interface Situation {
  readonly from?: string;
  readonly transport?: SignalingTransport;
  readonly connector?: object;
  readonly sessions?: number;
}

function refusalOf({
  from = '192.0.2.1',
  transport = 'UDP',
  connector = {},
  sessions = 1,
}: Situation): string {
  const { voiceConnectors } = configSchema.parse({
    voiceConnectors: [
      {
        id: 'abcdef1ghij2klmno3pqr4',
        name: 'recorder',
        termination: { cidrAllowedList: ['192.0.2.0/24'], cpsLimit: 2 },
        streaming: { disabled: false },
        ...connector,
      },
    ],
  });
  const recorder = new VoiceConnector(voiceConnectors[0]!);
  try {
    for (let count = 0; count < sessions; count++) {
      admitRecording({ remoteAddress: from, transport }, NEGOTIATED, recorder, 0);
    }
    return 'admitted';
  } catch (error) {
    return String((error as { reason?: string }).reason);
  }
}

describe('a recording session', () => {
  it.each<[string, Situation, string]>([
    ['from an allowed address', {}, 'admitted'],
    ['from anywhere else', { from: '198.51.100.1' }, 'source-not-allowed'],
    ['without streaming', { connector: { streaming: {} } }, 'connector-disabled'],
    ['in clear where that is refused', { connector: { requireEncryption: true } }, 'encryption-required'],
    [
      'over TLS without SRTP',
      { transport: 'TLS', connector: { requireEncryption: true } },
      'encryption-required',
    ],
    ['that comes too fast', { sessions: 3 }, 'too-many-calls-per-second'],
  ])('%s', (_, situation, expected) => {
    expect(refusalOf(situation)).toBe(expected);
  });
});
