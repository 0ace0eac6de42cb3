import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HttpServer, startHttpServer } from '../../../src/http/server.ts';
import { FixedView } from './fixed-view.ts';

const ID = 'abcdef1ghij2klmno3pqr4';
const NUMBER = '%2B12065550100';
let server: HttpServer;

beforeAll(async () => {
  const options = {
    address: '127.0.0.1',
    port: 0,
    maxBodyBytes: 9000,
    maxEventClients: 1,
    eventBufferBytes: 65_536,
  };
  server = await startHttpServer(new FixedView(), options, (error) => {
    throw error;
  });
});
afterAll(() => server.stop());

async function request(method: string, path: string, body?: unknown) {
  const init =
    body === undefined
      ? { method }
      : { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, init);
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text), text };
}

describe('connectors over HTTP', () => {
  it('are made, changed and shown, passwords never', async () => {
    const termination = { credentials: [{ userName: 'pbx', password: 'hush' }] };
    const made = await request('PUT', `/connectors/${ID}`, { name: 'office', termination });
    expect(made).toMatchObject({ status: 200, body: { id: ID, userNames: ['pbx'] } });
    await request('PUT', `/connectors/${ID}/credentials/second`, { password: 'hush too' });
    const shown = await request('GET', `/connectors/${ID}`);
    expect(shown.body).toMatchObject({ userNames: ['pbx', 'second'], terminationHealth: null });
    expect(shown.text).not.toContain('hush');
    await request('DELETE', `/connectors/${ID}/credentials/pbx`);
    const { body } = await request('GET', '/connectors');
    expect(body.connectors).toMatchObject([{ id: ID, userNames: ['second'] }]);
  });

  it('cannot go while a number or a group names them', async () => {
    await request('PUT', `/connectors/${ID}`, { name: 'office' });
    expect((await request('PUT', `/phone-numbers/${NUMBER}`, { voiceConnectorId: ID })).status).toBe(200);
    const group = { name: 'both', items: [{ voiceConnectorId: ID }] };
    expect((await request('PUT', '/connector-groups/both', group)).status).toBe(200);
    const refused = await request('DELETE', `/connectors/${ID}`);
    expect(refused).toMatchObject({ status: 409 });
    expect(refused.body.message).toContain('+12065550100, group both');
    expect((await request('DELETE', `/phone-numbers/${NUMBER}`)).status).toBe(204);
    expect((await request('DELETE', '/connector-groups/both')).status).toBe(204);
    expect((await request('DELETE', `/connectors/${ID}`)).status).toBe(204);
    expect((await request('GET', `/connectors/${ID}`)).status).toBe(404);
  });

  it.each([
    ['PUT', '/connectors/nonsense', { name: 'x' }, 400],
    ['PUT', `/connectors/${ID}`, { name: 'x', termination: { cpsLimit: 0 } }, 400],
    ['PUT', `/connectors/${ID}`, { name: 'x', port: 5070 }, 409],
    ['PUT', `/phone-numbers/${NUMBER}`, { voiceConnectorId: ID.replace('a', 'b') }, 409],
    ['PUT', '/connector-groups/g', { name: 'g', items: [{ voiceConnectorId: ID.replace('a', 'b') }] }, 409],
    ['DELETE', '/phone-numbers/%2B1', undefined, 404],
    ['DELETE', '/connector-groups/none', undefined, 404],
    ['PUT', `/connectors/${ID.replace('a', 'b')}/credentials/me`, { password: 'x' }, 404],
    [
      'POST',
      `/connectors/${ID.replace('a', 'b')}/inbound-calls`,
      { from: '+12065550199', to: '+12065550100' },
      404,
    ],
  ])('%s %s is refused', async (method, path, body, status) => {
    expect((await request(method, path, body)).status).toBe(status);
  });
});
