import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type HttpServer, startHttpServer } from '../../../src/http/server.ts';
import { CALL, FixedView, MEETING, METRICS_TEXT } from './fixed-view.ts';

let server: HttpServer;
let view: FixedView;
const internalErrors: Error[] = [];
const OPTIONS = {
  address: '127.0.0.1',
  port: 0,
  maxBodyBytes: 2000,
  maxEventClients: 2,
  eventBufferBytes: 65_536,
};

beforeAll(async () => {
  view = new FixedView();
  server = await startHttpServer(view, OPTIONS, (error) => internalErrors.push(error));
});
afterAll(() => server.stop());
beforeEach(() => {
  internalErrors.length = 0;
});

async function request(method: string, path: string, init: RequestInit = {}) {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method, ...init });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') && text !== '';
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : null };
}

function json(body: unknown): RequestInit {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { body: text, headers: { 'content-type': 'application/json' } };
}

describe('what there is', () => {
  it('is listed at /', async () => {
    const { status, body } = await request('GET', '/');
    expect(status).toBe(200);
    expect(body).toMatchObject({ service: 'carillon', version: '1.2.3' });
    expect(body.routes).toContainEqual({ method: 'GET', path: '/status', about: expect.any(String) });
  });

  it.each([
    ['/status', { service: 'carillon', health: 'ok', version: '1.2.3' }],
    ['/calls', { calls: [CALL] }],
    [`/calls/${CALL.id}`, { id: CALL.id, digits: [], legs: [] }],
    ['/meetings', { meetings: [MEETING] }],
    ['/meetings/6064724824', MEETING],
    ['/meetings/6064-72-4824', MEETING],
    ['/meetings/6064%2072%204824', MEETING],
  ])('GET %s', async (path, expected) => {
    const { status, body } = await request('GET', path);
    expect(status).toBe(200);
    expect(body).toMatchObject(expected);
  });

  it('answers HEAD without a body', async () => {
    const { status, text, headers } = await request('HEAD', '/status');
    expect({ status, text }).toEqual({ status: 200, text: '' });
    expect(Number(headers.get('content-length'))).toBeGreaterThan(10);
  });

  it('makes a meeting, with its ID in any grouping', async () => {
    const { status, headers, body } = await request(
      'POST',
      '/meetings',
      json({ id: '1234 56 7890', title: 'Retro' }),
    );
    expect(status).toBe(201);
    expect(headers.get('location')).toBe('/meetings/1234567890');
    expect(body).toMatchObject({ id: '1234567890', title: 'Retro', state: 'idle' });
  });

  it('ends a meeting', async () => {
    expect((await request('POST', '/meetings/6064724824/end')).body).toMatchObject({ state: 'ended' });
  });

  it('records a meeting', async () => {
    const started = await request('POST', '/meetings/6064724824/recording/start');
    expect([started.status, started.body.isRecording]).toEqual([200, true]);
    expect((await request('POST', '/meetings/6064724824/recording/stop')).status).toBe(200);
  });

  it('gives a recording out', async () => {
    view.recordingPath = fileURLToPath(new URL('../../../package.json', import.meta.url));
    const { status, headers, text } = await request('GET', '/meetings/6064724824/recordings/a.json');
    view.recordingPath = null;
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(JSON.parse(text).name).toBe('carillon');
  });

  it.each([
    ['conflict', 409, 'conflict'],
    ['failed', 503, 'recording-failed'],
  ] as const)('says why a recording is refused: %s', async (kind, status, code) => {
    const kept = view.recordingChange;
    view.recordingChange = { kind, detail: 'It cannot be.' };
    const answer = await request('POST', '/meetings/6064724824/recording/start');
    view.recordingChange = kept;
    expect([answer.status, answer.body.code, answer.body.message]).toEqual([status, code, 'It cannot be.']);
  });

  it('speaks to Prometheus', async () => {
    const { headers, text } = await request('GET', '/metrics');
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toBe(METRICS_TEXT);
  });
});

describe('what is refused, in JSON and with a stable code', () => {
  it.each([
    ['nothing there', 'GET', '/nope', {}, 404, 'not-found'],
    ['nothing there to post to', 'POST', '/nope', { body: 'x' }, 404, 'not-found'],
    ['an unknown call', 'GET', '/calls/abc', {}, 404, 'not-found'],
    ['an ID that is none', 'GET', '/calls/a%00b', {}, 400, 'malformed-id'],
    ['an endless ID', 'GET', `/calls/${'a'.repeat(500)}`, {}, 400, 'malformed-id'],
    ['a path that is none', 'GET', '/%', {}, 400, 'malformed-request'],
    ['an unknown meeting', 'GET', '/meetings/1234567890', {}, 404, 'not-found'],
    ['a short meeting ID', 'GET', '/meetings/12345', {}, 400, 'malformed-id'],
    ['ending an unknown meeting', 'POST', '/meetings/1234567890/end', {}, 404, 'not-found'],
    ['recording an unknown meeting', 'POST', '/meetings/1234567890/recording/start', {}, 404, 'not-found'],
    ['an unknown recording', 'GET', '/meetings/6064724824/recordings/x.wav', {}, 404, 'not-found'],
    ['a method that makes no sense', 'DELETE', '/meetings/6064724824', {}, 405, 'method-not-allowed'],
    ['a method with a broken body', 'PUT', '/meetings', json('{'), 405, 'method-not-allowed'],
    ['half a body', 'POST', '/meetings', json('{"id"'), 400, 'malformed-body'],
    ['an empty body', 'POST', '/meetings', json(''), 400, 'malformed-body'],
    ['a body with a prototype', 'POST', '/meetings', json('{"__proto__":{"x":1}}'), 400, 'malformed-body'],
    ['no body', 'POST', '/meetings', {}, 400, 'invalid-meeting'],
    ['a list', 'POST', '/meetings', json([]), 400, 'invalid-meeting'],
    ['a form', 'POST', '/meetings', { body: new URLSearchParams('id=1') }, 415, 'unsupported-media-type'],
    ['text', 'POST', '/meetings', { body: '{"id":"1234567890"}' }, 415, 'unsupported-media-type'],
    ['a long body', 'POST', '/meetings', json({ title: 'x'.repeat(3000) }), 413, 'body-too-large'],
    ['an ID that is taken', 'POST', '/meetings', json({ id: MEETING.id }), 409, 'conflict'],
    ['one meeting too many', 'POST', '/meetings', json({ id: '9999999999' }), 503, 'limit-reached'],
    ['HTTP on the WebSocket', 'GET', '/events', {}, 426, 'upgrade-required'],
    [
      'a page of another site',
      'POST',
      '/meetings/6064724824/end',
      { headers: { origin: 'https://evil.example' } },
      403,
      'cross-origin',
    ],
  ])('%s', async (_, method, path, init, status, code) => {
    const answer = await request(method, path, init as RequestInit);
    expect({ status: answer.status, code: answer.body?.code }).toEqual({ status, code });
    expect(answer.body.message).toMatch(/\.$|allowed: /);
    expect(answer.text).not.toMatch(/FST_|node_modules|file:/);
    expect(internalErrors).toEqual([]);
  });

  it('says which methods there are', async () => {
    expect((await request('DELETE', '/meetings')).headers.get('allow')).toBe('GET, HEAD, POST');
    expect((await request('GET', '/meetings/6064724824/end')).headers.get('allow')).toBe('POST');
  });

  it('names each wrong value of a meeting', async () => {
    const meeting = { id: 'x', titel: 'y', invitees: [{ pin: '1', name: 'Mary' }] };
    const { body } = await request('POST', '/meetings', json(meeting));
    expect(body.issues.map(({ key }: { key: string }) => key)).toEqual(['id', 'invitees[0].pin', 'titel']);
    expect(body.message).toContain('titel: unknown key; did you mean title?');
  });

  it('keeps an internal error to itself, and tells the log', async () => {
    const kept = view.endMeeting;
    view.endMeeting = () => Promise.reject(new Error('secret path /etc'));
    const { status, text, body } = await request('POST', '/meetings/6064724824/end');
    view.endMeeting = kept;
    expect({ status, code: body.code }).toEqual({ status: 500, code: 'internal-error' });
    expect(text).not.toContain('secret');
    expect(internalErrors.map(({ message }) => message)).toEqual(['secret path /etc']);
  });

  it('lets our own page act', async () => {
    const origin = `http://127.0.0.1:${server.port}`;
    expect((await request('POST', '/meetings/6064724824/end', { headers: { origin } })).status).toBe(200);
  });

  it.each([
    ['rubbish', 'rubbish\r\n\r\n'],
    ['a header without end', `GET / HTTP/1.1\r\nx: ${'y'.repeat(100_000)}`],
  ])('%s on the wire', async (_, bytes) => {
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(bytes);
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    await once(socket, 'close');
    expect(answer).toMatch(/^HTTP\/1\.1 400 \r\n/);
    expect(answer).toContain('{"code":"malformed-request"');
  });
});

it('a port that is taken is told as the system tells it', async () => {
  const second = startHttpServer(view, { ...OPTIONS, port: server.port }, () => {});
  await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE', port: server.port, syscall: 'listen' });
});
