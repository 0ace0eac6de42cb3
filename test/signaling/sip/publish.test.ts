import { describe, expect, it } from 'vitest';
import { digestSecret } from '../../../signaling/sip/digest.ts';
import { DigestServer } from '../../../signaling/sip/digest-server.ts';
import type { SipRequest } from '../../../signaling/sip/message.ts';
import { sessionReport } from '../../support/session-report.ts';
import { NOTHING_LEFT, Pair, Stranger } from '../../support/sip-user-agents.ts';

const EVENT = 'Event: vq-rtcpxr';
const TYPE = 'Content-Type: application/vq-rtcpxr';
const BODY = sessionReport('call-1');
const REALM = 'reports';

/** Whoever knows the secret may publish. */
function challenge() {
  const randomBytes = (size: number) => new Uint8Array(size).fill(7);
  const server = new DigestServer({ realm: REALM, key: randomBytes(32), randomBytes });
  return (request: SipRequest) => {
    const verdict = server.verify(request, (name, by) => digestSecret(by, name, REALM, 'secret'), 0);
    if (verdict.kind === 'accepted') return null;
    const challenges = server.createChallenges(0, verdict.reason);
    return { statusCode: 401, header: server.challengeHeader, challenges } as const;
  };
}

describe('a PUBLISH of a quality report', () => {
  it('is taken, with an entity-tag and no time to stand (RFC 3903 §6)', () => {
    const stranger = new Stranger();
    stranger.send('PUBLISH', [EVENT, TYPE], BODY);
    expect(stranger.response.statusCode).toBe(200);
    expect(stranger.response.headers.get('SIP-ETag')).not.toBe('');
    expect(stranger.response.headers.get('Expires')).toBe('0');
    expect(stranger.bob.qualityReports).toMatchObject([
      {
        remoteAddress: '192.0.2.9',
        report: { callId: 'call-1', localMetrics: { figures: { lossPercent: 5 } } },
      },
    ]);
    stranger.network.advance(40_000, 500);
    expect(stranger.bob.leftovers).toEqual(NOTHING_LEFT);
  });

  it.each([
    ['another event', ['Event: presence', TYPE], BODY, 489, 'Allow-Events', 'vq-rtcpxr'],
    ['no event', [TYPE], BODY, 489, 'Allow-Events', 'vq-rtcpxr'],
    ['a change of one before', [EVENT, TYPE, 'SIP-If-Match: x'], BODY, 412, 'Warning', '399'],
    ['another type', [EVENT, 'Content-Type: text/plain'], BODY, 415, 'Accept', 'application/vq-rtcpxr'],
    ['no body', [EVENT, TYPE], '', 400, 'Warning', 'begins with'],
    [
      'a figure that is none',
      [EVENT, TYPE],
      BODY.replace('NLR=5.0', 'NLR=x'),
      400,
      'Warning',
      'NLR is no number',
    ],
  ] as const)('with %s is refused', (_, lines, body, statusCode, header, value) => {
    const stranger = new Stranger();
    stranger.send('PUBLISH', lines, body);
    expect(stranger.response.statusCode).toBe(statusCode);
    expect(stranger.response.headers.get(header)).toContain(value);
    expect(stranger.bob.qualityReports).toEqual([]);
    expect(stranger.bob.refused).toMatchObject([{ method: 'PUBLISH', statusCode }]);
  });

  it('goes from one user agent of ours to another', async () => {
    const { alice, bob, network } = new Pair();
    const status = alice.userAgent.publish('sip:collector@192.0.2.2', Buffer.from(BODY));
    await Promise.resolve();
    network.run();
    await expect(status).resolves.toBe(200);
    expect(bob.qualityReports).toMatchObject([{ report: { callId: 'call-1' } }]);
  });

  it('answers the challenge of a collector, and takes a second one for a refusal (RFC 3261 §22.1)', async () => {
    const publish = async (password: string): Promise<[status: number, reports: number]> => {
      const { alice, bob, network } = new Pair({ bob: { authenticate: challenge() } });
      const credentials = { username: 'room', password };
      const status = alice.userAgent.publish('sip:collector@192.0.2.2', Buffer.from(BODY), credentials);
      for (let turn = 0; turn < 20; turn++) {
        await Promise.resolve();
        network.run();
      }
      return [await status, bob.qualityReports.length];
    };
    await expect(publish('secret')).resolves.toEqual([200, 1]);
    await expect(publish('wrong')).resolves.toEqual([401, 0]);
  });

  it('to nobody is told so', async () => {
    const { alice } = new Pair();
    const status = alice.userAgent.publish('sip:collector@192.0.2.77', Buffer.from(BODY));
    await expect(status).rejects.toThrow('no route to 192.0.2.77');
  });
});
