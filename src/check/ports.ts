import { createSocket } from 'node:dgram';
import { createServer, isIPv6 } from 'node:net';
import { explainListenError } from '../cli/listen-error.ts';
import type { PlannedListener } from '../listener.ts';
import { type Finding, fail, ok } from './finding.ts';

const STATUS_TIMEOUT_MS = 1000;

/** Each listener: can it have its port, or does a running Carillon serve it already? */
export async function checkPorts(planned: readonly PlannedListener[]): Promise<Finding[]> {
  const served = await findServed(planned);
  return Promise.all(planned.map((listener) => checkPort(listener, served)));
}

async function checkPort(listener: PlannedListener, served: ReadonlySet<string>): Promise<Finding> {
  const { name, protocol, address, port, key } = listener;
  const where = `${protocol} port ${port} on ${address}`;
  if (served.has(`${key} ${port}`)) return ok(name, `${where} is served by the Carillon that is running`);
  try {
    await tryListen(listener);
    return ok(name, port === 0 ? `takes any free ${protocol} port on ${address}` : `${where} is free`);
  } catch (error) {
    const explanation = explainListenError(error, [listener]);
    if (explanation === null) throw error;
    return fail(name, explanation.problem, explanation.remedy);
  }
}

/** Opens the port and closes it again. */
function tryListen({ protocol, address, port }: PlannedListener): Promise<void> {
  return new Promise((resolve, reject) => {
    if (protocol === 'UDP') {
      const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
      socket.once('error', reject);
      socket.bind({ address, port, exclusive: true }, () => socket.close(() => resolve()));
    } else {
      const server = createServer();
      server.once('error', reject);
      server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve()));
    }
  });
}

/** Asks the HTTP port which listeners are open there: `key port` of each; empty when nobody of us answers. */
async function findServed(planned: readonly PlannedListener[]): Promise<ReadonlySet<string>> {
  const http = planned.find(({ key }) => key === 'http.port');
  if (http === undefined || http.port === 0) return new Set();
  const host = http.address === '0.0.0.0' ? '127.0.0.1' : http.address === '::' ? '::1' : http.address;
  const url = `http://${isIPv6(host) ? `[${host}]` : host}:${http.port}/status`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(STATUS_TIMEOUT_MS) });
    return readListeners(await response.json());
  } catch {
    return new Set();
  }
}

function readListeners(status: unknown): ReadonlySet<string> {
  const { service, listeners } = (status ?? {}) as { service?: unknown; listeners?: unknown };
  if (service !== 'carillon' || !Array.isArray(listeners)) return new Set();
  return new Set(listeners.map(({ key, port }: { key?: unknown; port?: unknown }) => `${key} ${port}`));
}
