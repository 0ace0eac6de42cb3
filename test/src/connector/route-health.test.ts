import { describe, expect, it } from 'vitest';
import { configSchema } from '../../../config/schema.ts';
import { ConnectorDirectory } from '../../../src/connector/connector-directory.ts';
import { RouteHealthWatch } from '../../../src/connector/route-health.ts';
import { CONNECTOR_ID, routeTo } from '../../support/trunk-rig.ts';

/** A connector with two routes, and what those who are asked answer; an Error is no answer. */
function watched(answers: Record<string, number | Error>) {
  const routes = [routeTo('192.0.2.1'), routeTo('2001:db8::1', 2)];
  const connector = {
    id: CONNECTOR_ID,
    name: 'office',
    origination: { routes },
    termination: { routes: [routeTo('192.0.2.3')] },
  };
  const directory = new ConnectorDirectory(configSchema.parse({ voiceConnectors: [connector] }));
  const asked: string[] = [];
  const changes: string[] = [];
  let nowMs = 1_000;
  const watch = new RouteHealthWatch({
    directory,
    ping: async (target) => {
      asked.push(target);
      nowMs += 5;
      const answer = answers[target] ?? 200;
      if (answer instanceof Error) throw answer;
      return answer;
    },
    now: () => nowMs,
    onChanged: (id, { route, isReachable }) => changes.push(`${id} ${route} ${isReachable}`),
  });
  const health = () => directory.connectors.get(CONNECTOR_ID)?.routeHealth ?? [];
  return { watch, asked, changes, health };
}

const OFFICE = 'sip:192.0.2.1:5060;transport=UDP';

describe('the routes of a connector', () => {
  it('are all asked, those of both sides', async () => {
    const { watch, asked, health } = watched({});
    await watch.askAll();
    expect(asked).toEqual([
      'sip:192.0.2.3:5060;transport=UDP',
      OFFICE,
      'sip:[2001:db8::1]:5060;transport=UDP',
    ]);
    expect(health()[1]).toEqual({
      side: 'origination',
      route: '192.0.2.1:5060 UDP',
      atMs: expect.any(Number),
      isReachable: true,
      sipStatus: 200,
      roundTripMs: expect.any(Number),
      detail: 'answered 200',
    });
  });

  it.each([
    [200, true],
    [404, true],
    [405, true],
    [500, true],
    [408, false],
    [503, false],
  ])('that answer %i count as reachable: %s', async (status, isReachable) => {
    const { watch, health } = watched({ [OFFICE]: status });
    await watch.askAll();
    expect(health()[1]).toMatchObject({ sipStatus: status, isReachable });
  });

  it('are told of when they cannot be reached any more, and when they can again, once each', async () => {
    const answers: Record<string, number | Error> = { [OFFICE]: new Error('nobody there') };
    const { watch, changes, health } = watched(answers);
    await watch.askAll();
    await watch.askAll();
    expect(changes).toEqual([`${CONNECTOR_ID} 192.0.2.1:5060 UDP false`]);
    expect(health()[1]).toMatchObject({ sipStatus: null, roundTripMs: null, detail: 'nobody there' });
    answers[OFFICE] = 200;
    await watch.askAll();
    expect(changes[1]).toBe(`${CONNECTOR_ID} 192.0.2.1:5060 UDP true`);
  });
});
