import type { Route } from './definition.ts';

/**
 * The order in which routes are tried: priority 1 first, and within a priority each next one drawn by weight, so
 * that weights 1 and 9 share the calls one to nine (as RFC 2782 orders SRV records).
 * @param random gives numbers from 0 up to 1.
 */
export function orderRoutes(routes: readonly Route[], random: () => number): Route[] {
  const priorities = [...new Set(routes.map(({ priority }) => priority))].sort((one, other) => one - other);
  return priorities.flatMap((priority) =>
    drawByWeight(
      routes.filter((route) => route.priority === priority),
      random,
    ),
  );
}

function drawByWeight(routes: readonly Route[], random: () => number): Route[] {
  const left = [...routes];
  const drawn: Route[] = [];
  while (left.length > 0) {
    const total = left.reduce((sum, { weight }) => sum + weight, 0);
    let mark = random() * total;
    const found = left.findIndex(({ weight }) => {
      mark -= weight;
      return mark < 0;
    });
    drawn.push(...left.splice(Math.max(0, found), 1));
  }
  return drawn;
}

/** For logs: `192.0.2.1:5060 UDP`. */
export function describeRoute(route: Route | null): string {
  if (route === null) return 'telephone network';
  const { host, port, protocol } = route;
  return `${host.includes(':') ? `[${host}]` : host}:${port} ${protocol}`;
}
