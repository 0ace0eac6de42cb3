import { isIP, type Socket } from 'node:net';
import type { Config } from '../../config/schema.ts';
import { CallFailure } from '../../signaling/call-failure.ts';
import { plainAddress } from '../../signaling/h323/address.ts';
import type { DialedAddress } from '../../signaling/h323/dialed-address.ts';
import { H323Endpoint } from '../../signaling/h323/endpoint.ts';
import type { DigitTransport } from '../../signaling/h323/key-press.ts';
import type { OutgoingH323Call } from '../../signaling/h323/outgoing-call.ts';
import type { OutgoingH323Options } from '../../signaling/h323/outgoing-options.ts';
import { ConnectFailed, openConnection, type SipTarget } from '../../signaling/sip/connect.ts';
import type { Resolver } from '../../signaling/sip/locate.ts';
import { orderServices } from '../../signaling/sip/srv-order.ts';
import { H323_PORT_RANGE } from '../meeting/open-media.ts';
import { h323EndpointOptions } from '../service-options.ts';
import { explainConnectFailure } from './connect-failure.ts';
import type { CallRoute, OutgoingLeg, OutgoingLegListener } from './outgoing-leg.ts';

const DEFAULT_PORT = 1720;
const CONNECT_TIMEOUT_MS = 5_000;

export interface H323RouteOptions extends Pick<OutgoingH323Options, 'h245' | 'hasFastStart'> {
  readonly config: Config;
  readonly dialed: DialedAddress;
  readonly resolver: Resolver;
  /** Our own alias; shown beside the display name. */
  readonly callingAlias: string;
  readonly displayName: string;
  /** How a key travels that signaling carries. */
  readonly digitTransport: DigitTransport;
  onMalformed(detail: string): void;
}

/**
 * Finds the way to an H.323 address and opens it: the addresses of a name that SRV records name (H.323 annex O),
 * or its own, one after the other.
 * @throws CallFailure `transport-failure`
 */
export async function findH323Route(options: H323RouteOptions): Promise<CallRoute> {
  const targets = await locate(options.dialed, options.resolver);
  let failure = new CallFailure('transport-failure', `No address is known for ${options.dialed.host}.`);
  for (const target of targets) {
    try {
      const signal = AbortSignal.timeout(CONNECT_TIMEOUT_MS);
      return routeOver(await openConnection(target, {}, signal), options);
    } catch (error) {
      if (!(error instanceof ConnectFailed)) throw error;
      failure = explainConnectFailure(error);
    }
  }
  throw failure;
}

async function locate({ host, port }: DialedAddress, resolver: Resolver): Promise<SipTarget[]> {
  const targetOf = (address: string, at: number): SipTarget => ({
    transport: 'TCP',
    address,
    port: at,
    host,
  });
  if (isIP(host) !== 0) return [targetOf(host, port ?? DEFAULT_PORT)];
  const records = port === null ? await resolver.srv(`_h323cs._tcp.${host}`) : [];
  const places =
    records.length > 0 ? orderServices(records, Math.random) : [{ name: host, port: port ?? DEFAULT_PORT }];
  const found = await Promise.all(
    places.map(async (place) => {
      const addresses = await resolver.addresses(place.name);
      return addresses.map((address) => targetOf(address, place.port));
    }),
  );
  return found.flat();
}

function routeOver(socket: Socket, options: H323RouteOptions): CallRoute {
  // Until the call has it, nobody else listens for what may go wrong.
  socket.on('error', () => socket.destroy());
  const { config, dialed, callingAlias, displayName, digitTransport, h245, hasFastStart } = options;
  const own = h323EndpointOptions(config, 0);
  const endpoint = new H323Endpoint(
    { ...own, displayName: displayName || own.displayName },
    {
      // It does not listen: nobody can call it.
      onCall: (leg) => leg.end('not-allowed'),
      onRefused: () => undefined,
      onMalformed: (detail) => options.onMalformed(detail),
    },
  );
  const destination = {
    address: plainAddress(socket.remoteAddress),
    port: socket.remotePort ?? DEFAULT_PORT,
  };
  return {
    protocol: 'H.323',
    transport: 'TCP',
    localAddress: plainAddress(socket.localAddress),
    remoteAddress: destination.address,
    remotePort: destination.port,
    portRangeName: H323_PORT_RANGE,
    place: (media) => {
      const call = endpoint.call({
        destination,
        calledAlias: dialed.alias,
        callingAlias,
        media,
        socket,
        ...(h245 === undefined ? {} : { h245 }),
        ...(hasFastStart === undefined ? {} : { hasFastStart }),
      });
      call.start();
      return new H323OutgoingLeg(call, digitTransport);
    },
    close: async () => {
      await endpoint.stop();
      // Without a call nobody else has it; after one the far end closes it, having read our Release Complete.
      socket.end();
    },
  };
}

/** The endpoint's call as the caller sees it. */
class H323OutgoingLeg implements OutgoingLeg {
  readonly #call: OutgoingH323Call;
  readonly #digitTransport: DigitTransport;

  constructor(call: OutgoingH323Call, digitTransport: DigitTransport) {
    this.#call = call;
    this.#digitTransport = digitTransport;
  }

  get remoteCallId(): string {
    return this.#call.remoteCallId;
  }

  listen(listener: OutgoingLegListener): void {
    this.#call.listen({
      onProgress: (message) => {
        if (message === 'alerting') listener.onProgress('alerting', null);
      },
      onAnswered: () => listener.onAnswered(null),
      onMedia: (audio) => listener.onMedia(audio),
      onConfirmed: () => listener.onConfirmed(),
      onDigit: (digit) => listener.onDigit(digit),
      onEnded: (end) => {
        const { reason, detail, q850Cause: status = null } = end;
        if (reason === 'remote-rejected') listener.onRefused({ status, text: detail, detail });
        listener.onEnded(end);
      },
    });
  }

  pressKey(digit: string, durationMs: number): void {
    this.#call.sendDigits(digit, this.#digitTransport, durationMs);
  }

  end(...[reason, detail]: Parameters<OutgoingLeg['end']>): void {
    this.#call.end(reason, detail);
  }
}
