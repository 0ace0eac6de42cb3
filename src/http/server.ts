import type { AddressInfo } from 'node:net';
import { type FastifyInstance, type FastifyReply, fastify } from 'fastify';
import type { Config } from '../../config/schema.ts';
import { registerConnectorRoutes } from './connector-routes.ts';
import { EventStream } from './event-stream.ts';
import { Problem, problemFrom, writeProblem } from './problem.ts';
import { ROUTES, registerRoutes } from './routes.ts';
import { isSameOrigin } from './same-origin.ts';
import type { ServiceView } from './service-view.ts';

/** The HTTP server while it runs. */
export interface HttpServer {
  readonly address: string;
  /** The one bound. */
  readonly port: number;
  stop(): Promise<void>;
}

export interface HttpServerOptions
  extends Pick<Config['http'], 'maxBodyBytes' | 'maxEventClients' | 'eventBufferBytes'> {
  readonly address: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** A request must have arrived whole by then; a slower one is an attack or a broken network. */
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * Serves what the view tells.
 * @param onInternalError is told what the caller is not: the error behind a 500.
 * @throws what `listen` throws, when the port cannot be had.
 */
export async function startHttpServer(
  view: ServiceView,
  options: HttpServerOptions,
  onInternalError: (error: Error) => void,
): Promise<HttpServer> {
  const server = fastify({
    bodyLimit: options.maxBodyBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    return503OnClosing: false,
    // What fails before there is a route to ask: a path or a request that cannot be read.
    frameworkErrors: (error, _request, reply: FastifyReply) => {
      const problem = problemFrom(error);
      return reply.code(problem.statusCode).send(problem.toJSON());
    },
    clientErrorHandler: (error, socket) => {
      if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
      else writeProblem(socket, new Problem('malformed-request', 'That is not HTTP, or it came too slowly.'));
    },
  });
  // Only JSON is taken: a form of another site cannot send that.
  server.removeContentTypeParser('text/plain');
  refuseInJson(server, onInternalError);
  registerRoutes(server, view);
  registerConnectorRoutes(server, view.connectors);
  refuseOtherMethods(server);
  const events = new EventStream(view, options);
  server.server.on('upgrade', (request, socket, head) => events.upgrade(request, socket, head));
  await server.listen({ host: options.address, port: options.port });
  const { address, port } = server.server.address() as AddressInfo;
  return {
    address,
    port,
    stop: async () => {
      events.stop();
      await server.close();
    },
  };
}

function refuseInJson(server: FastifyInstance, onInternalError: (error: Error) => void): void {
  server.setErrorHandler((error: Error, _request, reply) => {
    const problem = problemFrom(error);
    if (problem.code === 'internal-error') onInternalError(error);
    return reply.code(problem.statusCode).send(problem.toJSON());
  });
  server.setNotFoundHandler((request) => {
    throw new Problem(
      'not-found',
      `There is nothing at ${request.url.slice(0, 200)}; GET / lists what there is.`,
    );
  });
  server.addHook('onRequest', async ({ method, headers }) => {
    if (method === 'GET' || method === 'HEAD' || isSameOrigin(headers)) return;
    throw new Problem('cross-origin', 'Pages of other sites may not change anything here.');
  });
}

/** RFC 9110 §15.5.6: 405 with Allow, for paths that exist. */
function refuseOtherMethods(server: FastifyInstance): void {
  for (const url of new Set(['/', ...ROUTES.map(({ path }) => path)])) {
    const allowed = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'].filter((method) =>
      server.hasRoute({ method, url }),
    );
    server.route({
      method: ['POST', 'GET', 'PUT', 'PATCH', 'DELETE'].filter((method) => !allowed.includes(method)),
      url,
      exposeHeadRoute: false,
      // Before the body is read: it may be anything.
      onRequest: async (_request, reply) => {
        reply.header('allow', allowed.join(', '));
        throw new Problem('method-not-allowed', `${url} takes ${allowed.join(', ')}.`);
      },
      handler: () => undefined,
    });
  }
}
