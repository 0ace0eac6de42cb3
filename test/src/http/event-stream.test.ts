import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type HttpServer, startHttpServer } from '../../../src/http/server.ts';
import type { LiveEvent } from '../../../src/http/service-view.ts';
import { CALL, FixedView } from './fixed-view.ts';

let server: HttpServer;
let view: FixedView;
const BUFFER_BYTES = 65_536;

beforeEach(async () => {
  view = new FixedView();
  const limits = { maxBodyBytes: 2000, maxEventClients: 2, eventBufferBytes: BUFFER_BYTES };
  server = await startHttpServer(view, { address: '127.0.0.1', port: 0, ...limits }, () => {});
});
afterEach(() => server.stop());

const EVENT: LiveEvent = { type: 'call-arrived', atMs: 1, call: CALL };

/** A client that has said hello, and what it was told. */
async function listen(headers: Record<string, string> = {}) {
  const client = new WebSocket(`ws://127.0.0.1:${server.port}/events`, { headers });
  const told: { type: string }[] = [];
  client.on('message', (message) => told.push(JSON.parse(String(message))));
  await once(client, 'message');
  return { client, told };
}

/** The HTTP answer to a WebSocket that is refused. */
async function refusal(path: string, headers: Record<string, string> = {}) {
  const client = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers });
  const [, response] = await once(client, 'unexpected-response');
  let body = '';
  for await (const chunk of response) body += chunk;
  return { status: response.statusCode, code: JSON.parse(body).code };
}

describe('/events', () => {
  it('says hello, then tells every client everything in order', async () => {
    const [one, other] = [await listen(), await listen()];
    view.tell(EVENT);
    view.tell({ ...EVENT, type: 'call-ended' });
    for (const { told } of [one, other]) {
      await expect.poll(() => told.map(({ type }) => type)).toEqual(['hello', 'call-arrived', 'call-ended']);
      expect(told[0]).toMatchObject({ service: 'carillon', version: '1.2.3' });
      expect(told[1]).toEqual(EVENT);
    }
  });

  it('listens to the service only while somebody listens to it', async () => {
    expect(view.listeners.size).toBe(0);
    const { client } = await listen();
    expect(view.listeners.size).toBe(1);
    client.close();
    await expect.poll(() => view.listeners.size).toBe(0);
  });

  it('goes on for the others when a client is torn away', async () => {
    const [gone, there] = [await listen(), await listen()];
    gone.client.terminate();
    view.tell(EVENT);
    await expect.poll(() => there.told).toHaveLength(2);
  });

  it('drops a client that falls behind, and says why', async () => {
    const { client } = await listen();
    const closed = once(client, 'close');
    client.pause();
    const large: LiveEvent = { ...EVENT, call: { ...CALL, userAgent: 'x'.repeat(BUFFER_BYTES / 2) } };
    // The kernel takes some megabytes before anything stays with us.
    for (let count = 0; count < 2000 && view.listeners.size > 0; count++) {
      view.tell(large);
      await new Promise(setImmediate);
    }
    expect(view.listeners.size).toBe(0);
    client.resume();
    const [code, reason] = await closed;
    expect({ code, reason: String(reason) }).toEqual({
      code: 1013,
      reason: 'fell behind by more than 65536 bytes',
    });
  });

  it('refuses one client too many', async () => {
    await listen();
    await listen();
    expect(await refusal('/events')).toEqual({ status: 503, code: 'limit-reached' });
  });

  it('refuses pages of other sites, and takes our own', async () => {
    expect(await refusal('/events', { origin: 'https://evil.example' })).toEqual({
      status: 403,
      code: 'cross-origin',
    });
    const { told } = await listen({ origin: `http://127.0.0.1:${server.port}` });
    expect(told).toHaveLength(1);
  });

  it('is the only WebSocket', async () => {
    expect(await refusal('/calls')).toEqual({ status: 404, code: 'not-found' });
  });

  it('closes a client that talks too much', async () => {
    const { client } = await listen();
    client.send('x'.repeat(5000));
    const [code] = await once(client, 'close');
    // RFC 6455 §7.4.1: message too big.
    expect(code).toBe(1009);
    await expect.poll(() => view.listeners.size).toBe(0);
  });

  it('says goodbye when the service stops', async () => {
    const { client } = await listen();
    const closed = once(client, 'close');
    await server.stop();
    const [code, reason] = await closed;
    expect({ code, reason: String(reason) }).toEqual({ code: 1001, reason: 'the service is stopping' });
    expect(view.listeners.size).toBe(0);
  });
});
