import { createHmac, X509Certificate } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import type { MediaHandshake } from '../../../media/engine/media-leg.ts';
import { makeSelfSignedIdentity } from '../../../src/self-signed-identity.ts';
import { FakeLeg } from './fake-leg.ts';

const BROWSER_PORT = 6000;
let handshake: MediaHandshake;

beforeAll(async () => {
  const identity = await makeSelfSignedIdentity(['localhost'], Date.now());
  handshake = {
    localUsername: 'ours',
    localPassword: 'a password of ours',
    remoteUsername: 'theirs',
    remoteFingerprint: new X509Certificate(identity.certificate).fingerprint256,
    ...identity,
  };
});

/** A check of the browser, with USE-CANDIDATE. */
function check(username: string, password: string): Uint8Array {
  const name = Buffer.alloc(4 + ((username.length + 3) & ~3));
  name.writeUInt16BE(6, 0);
  name.writeUInt16BE(username.length, 2);
  name.write(username, 4);
  const head = Buffer.concat([
    Buffer.from('000100002112a442', 'hex'),
    Buffer.alloc(12, 1),
    name,
    Buffer.from('00250000', 'hex'),
  ]);
  head.writeUInt16BE(head.length - 20 + 24, 2);
  const integrity = createHmac('sha1', password).update(head).digest();
  return Buffer.concat([head, Buffer.from('00080014', 'hex'), integrity]);
}

function browserLeg(): FakeLeg {
  const leg = new FakeLeg();
  const security = { encryption: null, handshake };
  leg.update({ remoteRtp: null, remoteRtcp: null, isRtcpMultiplexed: true, security });
  return leg;
}

it('a leg of a browser answers its checks, and no one else’s', () => {
  const leg = browserLeg();
  leg.receive(check('ours:theirs', 'another password'), BROWSER_PORT);
  leg.receive(check('ours:another', handshake.localPassword), BROWSER_PORT);
  expect(leg.sentRtp).toEqual([]);
  leg.receive(check('ours:theirs', handshake.localPassword), BROWSER_PORT);
  expect(leg.sentRtp).toMatchObject([{ to: { address: '127.0.0.1', port: BROWSER_PORT } }]);
  expect(Buffer.from(leg.sentRtp[0]!.bytes).readUInt16BE(0)).toBe(0x0101);
});

it('it neither sends nor takes anything in clear before there are keys', () => {
  const leg = browserLeg();
  leg.receive(check('ours:theirs', handshake.localPassword), BROWSER_PORT);
  leg.runWithTone(6000);
  expect(leg.sentRtp).toHaveLength(1);
  expect(leg.sentRtcp).toEqual([]);
  expect(leg.media.loudness).toBe(0);
  expect(leg.close()!.received).toMatchObject({ packets: 0 });
});
