import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HttpServer, startHttpServer } from '../../../src/http/server.ts';
import { FixedView } from './fixed-view.ts';

let server: HttpServer;

beforeAll(async () => {
  const options = {
    address: '127.0.0.1',
    port: 0,
    maxBodyBytes: 2000,
    maxEventClients: 2,
    eventBufferBytes: 65_536,
  };
  server = await startHttpServer(new FixedView(), options, () => undefined);
});
afterAll(() => server.stop());

async function post(path: string, body?: unknown) {
  const init =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method: 'POST', ...init });
  return { status: response.status, body: await response.json() };
}

describe('what is done to a meeting over HTTP', () => {
  it('locks and unlocks it', async () => {
    expect(await post('/meetings/6064-72-4824/lock')).toMatchObject({
      status: 200,
      body: { isLocked: true },
    });
    expect(await post('/meetings/6064724824/unlock')).toMatchObject({
      status: 200,
      body: { isLocked: false },
    });
  });

  it.each([
    ['/meetings/1234567890/lock', undefined, 404],
    ['/meetings/12/lock', undefined, 400],
    ['/meetings/6064724824/participants/a/mute', undefined, 409],
    ['/meetings/6064724824/participants/a/unmute', undefined, 409],
    ['/meetings/6064724824/waiting-room/admit', undefined, 409],
    ['/meetings/6064724824/waiting-room/deny', { callId: 'a' }, 409],
    ['/meetings/6064724824/waiting-room/admit', { callID: 'a' }, 400],
    ['/meetings/6064724824/waiting-room/admit', { callId: 7 }, 400],
    ['/meetings/6064724824/waiting-room/admit', ['a'], 400],
  ])('POST %s with %j is answered with %i where that cannot be', async (path, body, status) => {
    expect((await post(path, body)).status).toBe(status);
  });
});
