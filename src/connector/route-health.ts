import { pingTargetOf } from './call-plan.ts';
import type { ConnectorDirectory } from './connector-directory.ts';
import { describeRoute } from './route-order.ts';
import type { VoiceConnector } from './voice-connector.ts';

/** What came of the OPTIONS that a route was asked last. */
export interface RouteHealth {
  readonly side: 'termination' | 'origination';
  /** `127.0.0.1:5080 UDP` */
  readonly route: string;
  readonly atMs: number;
  readonly isReachable: boolean;
  /** Null where no answer came. */
  readonly sipStatus: number | null;
  /** From the request to its answer; null where none came. */
  readonly roundTripMs: number | null;
  /** For a person. */
  readonly detail: string;
}

export interface RouteHealthOptions {
  readonly directory: ConnectorDirectory;
  /** Sends OPTIONS; resolves with the status of the answer, rejects with an Error for a person. */
  ping(target: string): Promise<number>;
  now(): number;
  /** A route that could be reached cannot any more, or can again. */
  onChanged(connectorId: string, health: RouteHealth): void;
}

type Target = Pick<RouteHealth, 'side' | 'route'> & { readonly uri: string };

/** A route that answers thus takes no calls (RFC 3261 §11.2: OPTIONS is answered as an INVITE would be). */
const UNAVAILABLE = new Set([408, 503]);

/** Asks all routes by OPTIONS whether they are there. What it finds is told, and changes nothing in how they are tried. */
export class RouteHealthWatch {
  readonly #options: RouteHealthOptions;

  constructor(options: RouteHealthOptions) {
    this.#options = options;
  }

  /** Asks every route of every connector once. Never rejects. */
  async askAll(): Promise<void> {
    const connectors = [...this.#options.directory.connectors.values()];
    await Promise.all(connectors.map((connector) => this.#askRoutesOf(connector)));
  }

  async #askRoutesOf(connector: VoiceConnector): Promise<void> {
    const before = new Map(connector.routeHealth.map((health) => [keyOf(health), health]));
    const found = await Promise.all(targetsOf(connector).map((target) => this.#ask(target)));
    connector.routeHealth = found;
    for (const health of found) {
      const wasReachable = before.get(keyOf(health))?.isReachable ?? true;
      if (health.isReachable !== wasReachable) this.#options.onChanged(connector.id, health);
    }
  }

  async #ask({ uri, ...target }: Target): Promise<RouteHealth> {
    const { ping, now } = this.#options;
    const askedAtMs = now();
    try {
      const sipStatus = await ping(uri);
      const atMs = now();
      const isReachable = !UNAVAILABLE.has(sipStatus);
      const detail = `answered ${sipStatus}`;
      return { ...target, atMs, isReachable, sipStatus, roundTripMs: atMs - askedAtMs, detail };
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      return { ...target, atMs: now(), isReachable: false, sipStatus: null, roundTripMs: null, detail };
    }
  }
}

function keyOf({ side, route }: Pick<RouteHealth, 'side' | 'route'>): string {
  return `${side} ${route}`;
}

function targetsOf({ definition }: VoiceConnector): Target[] {
  const { termination, origination, requireEncryption } = definition;
  const sides = [
    { side: 'termination', routes: termination.routes, isSecure: false },
    { side: 'origination', routes: origination.routes, isSecure: requireEncryption },
  ] as const;
  return sides.flatMap(({ side, routes, isSecure }) =>
    routes.map((route) => ({ side, route: describeRoute(route), uri: pingTargetOf(route, isSecure) })),
  );
}
