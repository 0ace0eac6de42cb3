import { describe, expect, it } from 'vitest';
import type { DigestAlgorithm } from '../../../signaling/sip/digest.ts';
import { digestHash, digestResponse, digestSecret, parseAlgorithm } from '../../../signaling/sip/digest.ts';
import { DigestClient } from '../../../signaling/sip/digest-client.ts';
import { parseAuthenticationHeader } from '../../../signaling/sip/digest-header.ts';
import {
  type DigestRefusal,
  DigestServer,
  type DigestServerOptions,
} from '../../../signaling/sip/digest-server.ts';
import { SipRequest, SipResponse } from '../../../signaling/sip/message.ts';

const REALM = 'meet.chime.in';
const ALICE = { username: 'alice', password: 'wonder"land' };
const secretOf = (username: string, algorithm: DigestAlgorithm) =>
  username === 'alice' ? digestSecret(algorithm, 'alice', REALM, ALICE.password) : null;

/** Counts up, so that runs repeat. */
function counter(): (size: number) => Uint8Array {
  let next = 0;
  return (size) => new Uint8Array(size).fill(++next);
}

function server(options: Partial<DigestServerOptions> = {}): DigestServer {
  return new DigestServer({
    realm: REALM,
    key: new Uint8Array(32).fill(7),
    randomBytes: counter(),
    ...options,
  });
}

function challenged(by: DigestServer, nowMs: number, reason?: DigestRefusal): SipResponse {
  const response = new SipResponse(by.statusCode, 'Unauthorized');
  for (const challenge of by.createChallenges(nowMs, reason))
    response.headers.append(by.challengeHeader, challenge);
  return response;
}

function invite(client?: DigestClient): SipRequest {
  const request = new SipRequest('INVITE', 'sip:6064724824@meet.chime.in', undefined, Buffer.from('v=0'));
  client?.authorize(request);
  return request;
}

describe('digestResponse', () => {
  const rfc7616 = {
    isSession: false,
    nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
    qop: 'auth',
    nonceCount: '00000001',
    clientNonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
    method: 'GET',
    uri: '/dir/index.html',
    body: new Uint8Array(0),
  } as const;

  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ] as const)('computes the example of RFC 7616 §3.9.1 with %s', (algorithm, expected) => {
    const secret = digestSecret(algorithm, 'Mufasa', 'http-auth@example.org', 'Circle of Life');
    expect(digestResponse({ ...rfc7616, algorithm, secret })).toBe(expected);
  });

  it('computes the example of RFC 2617 §3.5, with and without qop', () => {
    const secret = digestSecret('MD5', 'Mufasa', 'testrealm@host.com', 'Circle Of Life');
    const nonce = 'dcd98b7102dd2f0e8b11d0f600bfb0c093';
    const input = { ...rfc7616, algorithm: 'MD5', secret, nonce, clientNonce: '0a4f113b' } as const;
    expect(digestResponse(input)).toBe('6629fae49393a05397450978507c4ef1');
    expect(digestResponse({ ...input, qop: null })).toBe('670fd8c2df070c60b045671b8b24ff02');
  });

  it('uses SHA-512/256, not a SHA-512 cut short', () => {
    expect(digestHash('SHA-512-256', 'abc')).toBe(
      '53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23',
    );
  });

  it('knows the names of RFC 8760', () => {
    expect(parseAlgorithm(undefined)).toEqual({ algorithm: 'MD5', isSession: false });
    expect(parseAlgorithm('sha-256-sess')).toEqual({ algorithm: 'SHA-256', isSession: true });
    expect(parseAlgorithm('SHA-1')).toBeNull();
  });
});

describe('parseAuthenticationHeader', () => {
  it('reads quoted, bare and spaced parameters', () => {
    const header = parseAuthenticationHeader('DIGEST realm="a, \\"b\\"" ,nc=00000001,  qop = auth');
    expect(header?.scheme).toBe('digest');
    expect([...(header?.parameters ?? [])]).toEqual([
      ['realm', 'a, "b"'],
      ['nc', '00000001'],
      ['qop', 'auth'],
    ]);
  });

  it.each(['', 'Digest', 'Digest x', 'Digest a="b', 'Digest a="b"c', 'Digest a=1, a=2', 'Digest =1'])(
    'refuses %j',
    (text) => {
      expect(parseAuthenticationHeader(text)).toBeNull();
    },
  );
});

describe('DigestServer with DigestClient', () => {
  it.each([[['SHA-512-256', 'SHA-256', 'MD5']], [['SHA-256', 'MD5']], [['MD5']]] as DigestAlgorithm[][][])(
    'agree on the best of %j',
    (algorithms) => {
      const registrar = server({ algorithms });
      const client = new DigestClient(ALICE, counter());
      expect(registrar.verify(invite(client), secretOf, 0)).toEqual({ kind: 'refused', reason: 'missing' });
      expect(client.learn(challenged(registrar, 0))).toBe(true);
      const request = invite(client);
      expect(request.headers.get('Authorization')).toContain(`algorithm=${algorithms[0]}`);
      expect(registrar.verify(request, secretOf, 1000)).toEqual({ kind: 'accepted', username: 'alice' });
    },
  );

  it('offers SHA-256 first and MD5 after it, as headers of their own', () => {
    const challenges = server()
      .createChallenges(0)
      .map((value) => parseAuthenticationHeader(value)?.parameters);
    expect(challenges.map((parameters) => parameters?.get('algorithm'))).toEqual(['SHA-256', 'MD5']);
    expect(challenges[0]?.get('qop')).toBe('auth,auth-int');
    expect(challenges[0]?.has('stale')).toBe(false);
  });

  it('takes each nonce count once, in rising order', () => {
    const registrar = server();
    const client = new DigestClient(ALICE, counter());
    client.learn(challenged(registrar, 0));
    const [first, second, third] = [invite(client), invite(client), invite(client)];
    expect(registrar.verify(first, secretOf, 1)).toMatchObject({ kind: 'accepted' });
    expect(registrar.verify(first, secretOf, 2)).toEqual({ kind: 'refused', reason: 'replayed' });
    expect(registrar.verify(third, secretOf, 3)).toMatchObject({ kind: 'accepted' });
    expect(registrar.verify(second, secretOf, 4)).toEqual({ kind: 'refused', reason: 'replayed' });
  });

  it('tells the client when its nonce has grown old, and the client tries again', () => {
    const registrar = server({ nonceLifetimeMs: 1000 });
    const client = new DigestClient(ALICE, counter());
    client.learn(challenged(registrar, 0));
    expect(registrar.verify(invite(client), secretOf, 1001)).toEqual({ kind: 'refused', reason: 'stale' });
    const again = challenged(registrar, 1001, 'stale');
    expect(again.headers.get('WWW-Authenticate')).toContain('stale=true');
    expect(client.learn(again)).toBe(true);
    expect(registrar.verify(invite(client), secretOf, 1002)).toMatchObject({ kind: 'accepted' });
  });

  it('refuses wrong passwords and unknown users; the client does not try the same twice', () => {
    const registrar = server();
    const wrong = new DigestClient({ ...ALICE, password: 'x' }, counter());
    const nobody = new DigestClient({ username: 'bob', password: 'x' }, counter());
    for (const client of [wrong, nobody]) client.learn(challenged(registrar, 0));
    expect(registrar.verify(invite(wrong), secretOf, 0)).toEqual({
      kind: 'refused',
      reason: 'wrong-response',
    });
    expect(registrar.verify(invite(nobody), secretOf, 0)).toEqual({
      kind: 'refused',
      reason: 'unknown-user',
    });
    expect(wrong.learn(challenged(registrar, 0))).toBe(false);
  });

  it.each([
    [
      'another body under auth-int',
      (it: SipRequest) => {
        it.body = Buffer.from('v=1');
      },
      'wrong-response',
    ],
    ['a forged nonce', edit(/nonce="A/, 'nonce="B'), 'wrong-response'],
    ['no nonce count', edit(/, nc=\w+/, ''), 'malformed'],
    ['a nonce count that is no number', edit(/nc=\w+/, 'nc=0000000g'), 'malformed'],
    ['another quality of protection', edit(/qop=auth-int/, 'qop=best'), 'malformed'],
    ['no user', edit(/username="alice", /, ''), 'malformed'],
    [
      'an algorithm that was not offered',
      edit(/algorithm=SHA-256/, 'algorithm=SHA-512-256'),
      'unknown-algorithm',
    ],
    ['another realm', edit(/realm="[^"]*"/, 'realm="x"'), 'missing'],
    ['another scheme', edit(/Digest/, 'Basic'), 'missing'],
    ['rubbish', edit(/.*/, 'Digest rubbish'), 'malformed'],
  ] as [string, (request: SipRequest) => void, DigestRefusal][])(
    'refuses %s',
    (_situation, change, reason) => {
      const registrar = server();
      const client = new DigestClient(ALICE, counter());
      const response = challenged(registrar, 0);
      const integrity = response.headers
        .getAll('WWW-Authenticate')
        .map((it) => it.replace('auth,auth-int', 'auth-int'));
      response.headers.set('WWW-Authenticate', integrity[0] ?? '');
      client.learn(response);
      expect(registrar.verify(invite(client), secretOf, 0)).toMatchObject({ kind: 'accepted' });
      const request = invite(client);
      change(request);
      expect(registrar.verify(request, secretOf, 0)).toEqual({ kind: 'refused', reason });
    },
  );

  it('refuses nonces of another key and other spellings of its own', () => {
    const client = new DigestClient(ALICE, counter());
    client.learn(challenged(server({ key: new Uint8Array(32) }), 0));
    expect(server().verify(invite(client), secretOf, 0)).toEqual({ kind: 'refused', reason: 'stale' });
  });

  it('serves a client of RFC 2069 once per nonce', () => {
    const registrar = server({ algorithms: ['MD5'] });
    const response = challenged(registrar, 0);
    response.headers.set(
      'WWW-Authenticate',
      (response.headers.get('WWW-Authenticate') ?? '').replace(', qop="auth,auth-int"', ''),
    );
    const client = new DigestClient(ALICE, counter());
    client.learn(response);
    expect(registrar.verify(invite(client), secretOf, 0)).toMatchObject({ kind: 'accepted' });
    expect(registrar.verify(invite(client), secretOf, 0)).toEqual({ kind: 'refused', reason: 'replayed' });
  });

  it('remembers a bounded number of counts, and what it forgets it takes for stale', () => {
    const registrar = server({ largestNonceCountStore: 2 });
    const requests = [0, 1, 2].map((nowMs) => {
      const client = new DigestClient(ALICE, counter());
      client.learn(challenged(registrar, nowMs));
      const request = invite(client);
      expect(registrar.verify(request, secretOf, nowMs)).toMatchObject({ kind: 'accepted' });
      return request;
    });
    expect(requests.map((request) => registrar.verify(request, secretOf, 3))).toEqual([
      { kind: 'refused', reason: 'stale' },
      { kind: 'refused', reason: 'replayed' },
      { kind: 'refused', reason: 'replayed' },
    ]);
  });

  it('answers a proxy and a registrar at once', () => {
    const [proxy, registrar] = [server({ role: 'proxy', realm: 'p' }), server()];
    const client = new DigestClient(ALICE, counter());
    expect([
      proxy.statusCode,
      client.learn(challenged(proxy, 0)),
      client.learn(challenged(registrar, 0)),
    ]).toEqual([407, true, true]);
    const request = invite(client);
    const secret = (username: string, algorithm: DigestAlgorithm) =>
      digestSecret(algorithm, username, 'p', ALICE.password);
    expect(proxy.verify(request, secret, 0)).toMatchObject({ kind: 'accepted' });
    expect(registrar.verify(request, secretOf, 0)).toMatchObject({ kind: 'accepted' });
  });
});

function edit(pattern: RegExp, replacement: string): (request: SipRequest) => void {
  return (request) =>
    request.headers.set(
      'Authorization',
      (request.headers.get('Authorization') ?? '').replace(pattern, replacement),
    );
}
