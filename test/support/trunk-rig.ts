import { configSchema } from '../../config/schema.ts';
import { CallFailure } from '../../signaling/call-failure.ts';
import type { OutgoingCallOptions } from '../../signaling/sip/outgoing-call-options.ts';
import { WheelTimer } from '../../signaling/sip/timer-wheel.ts';
import type { UserAgentOptions } from '../../signaling/sip/user-agent-options.ts';
import { CallRegistry } from '../../src/call/call-registry.ts';
import { ConnectorCalls } from '../../src/connector/connector-calls.ts';
import { ConnectorDirectory } from '../../src/connector/connector-directory.ts';
import type { ConnectorObserver } from '../../src/connector/connector-observer.ts';
import { LoopGuard } from '../../src/connector/loop-guard.ts';
import { FakeMediaEngine } from './fake-media-engine.ts';
import { FakeStreams } from './fake-streams.ts';
import { MemoryNetwork } from './sip-memory-network.ts';
import { CAPABILITIES, Heard, mediaAt, Party } from './sip-user-agents.ts';

export const CONNECTOR_ID = 'abcdef1ghij2klmno3pqr4';
export const SECOND_ID = 'bbcdef1ghij2klmno3pqr4';
export const OFFICE_NUMBER = '+12065550100';
export const STRANGER_NUMBER = '+4930123456';
const ADDRESSES = { pbx: '192.0.2.1', trunk: '192.0.2.2', carrier: '192.0.2.3', other: '192.0.2.4' } as const;

type Settings = Readonly<Record<string, unknown>>;

export interface TrunkRigOptions {
  readonly connector?: Settings;
  readonly termination?: Settings;
  readonly origination?: Settings;
  readonly trunk?: Settings;
  readonly config?: Settings;
  readonly carrier?: Partial<UserAgentOptions>;
}

class Timeout extends WheelTimer {
  readonly #action: () => void;

  constructor(action: () => void) {
    super();
    this.#action = action;
  }

  override onTimer(): void {
    this.#action();
  }
}

/** A route to a party of the rig. */
export const routeTo = (host: string, priority = 1) => ({
  host,
  port: 5060,
  protocol: 'UDP',
  priority,
  weight: 1,
});

/** A telephone system, a carrier (two of them), and our trunk between, on one memory network. */
export class TrunkRig {
  readonly network = new MemoryNetwork();
  readonly pbx: Party;
  readonly carrier: Party;
  readonly other: Party;
  readonly trunk: Party;
  readonly media = new FakeMediaEngine();
  readonly calls = new CallRegistry(10);
  readonly log: string[] = [];
  readonly streams = new FakeStreams(this.log);
  readonly directory: ConnectorDirectory;
  readonly connectorCalls: ConnectorCalls;

  constructor(options: TrunkRigOptions = {}) {
    this.pbx = new Party(this.network, ADDRESSES.pbx);
    this.carrier = new Party(this.network, ADDRESSES.carrier, options.carrier);
    this.other = new Party(this.network, ADDRESSES.other);
    const config = configSchema.parse({
      voiceConnectors: [connectorSettings(options)],
      phoneNumbers: [{ number: OFFICE_NUMBER, voiceConnectorId: CONNECTOR_ID }],
      trunk: { maxActiveCalls: 1000, farEndAllowedList: [`${ADDRESSES.carrier}/32`], ...options.trunk },
      ...options.config,
    });
    this.directory = new ConnectorDirectory(config);
    this.connectorCalls = new ConnectorCalls({
      directory: this.directory,
      calls: this.calls,
      media: this.media,
      observer: this.#observer(),
      streaming: this.streams,
      loops: new LoopGuard(),
      settings: config.trunk,
      dialer: {
        capabilities: CAPABILITIES,
        network: null,
        flowTo: (uri) => this.trunk.endpoint.flowTo(uri),
        call: (target, callOptions) => this.trunk.userAgent.call(target, callOptions),
      },
      mediaBindAddress: '0.0.0.0',
      mediaAddressFor: (localAddress) => localAddress,
      now: () => this.network.clock.nowMs(),
      random: () => 0,
      after: (delayMs, action) => {
        const timeout = new Timeout(action);
        this.network.clock.schedule(timeout, delayMs);
        return () => this.network.clock.cancel(timeout);
      },
    });
    this.trunk = new Party(this.network, ADDRESSES.trunk, {
      authenticate: (request, flow) => this.connectorCalls.authenticate(request, flow) ?? null,
    });
    this.trunk.onCall = (leg) => {
      if (!this.connectorCalls.takes(leg)) throw new Error(`no connector takes ${leg.called.uri}`);
    };
  }

  /** The office calls a stranger. */
  async callOut(options: Partial<OutgoingCallOptions> = {}, target = STRANGER_NUMBER) {
    return this.#call(this.pbx, ADDRESSES.pbx, `<sip:${OFFICE_NUMBER}@${ADDRESSES.pbx}>`, target, options);
  }

  /** A stranger calls the office. */
  async callIn(options: Partial<OutgoingCallOptions> = {}) {
    const from = `<sip:${STRANGER_NUMBER}@${ADDRESSES.carrier}>`;
    return this.#call(this.carrier, ADDRESSES.carrier, from, OFFICE_NUMBER, options);
  }

  /** Lets promises and messages settle, and time pass. */
  async settle(ms = 0): Promise<void> {
    for (let turn = 0; turn < 5; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      this.network.run();
    }
    if (ms === 0) return;
    this.network.advance(ms);
    await this.settle();
  }

  /** What must be gone after a call: dialogs, transactions, ports, entries. */
  get leftovers() {
    return {
      pbx: this.pbx.leftovers,
      trunk: this.trunk.leftovers,
      carrier: this.carrier.leftovers,
      ports: 100 - this.media.portsFree,
      calls: this.calls.activeCount + this.connectorCalls.activeCount,
    };
  }

  async #call(
    party: Party,
    address: string,
    from: string,
    target: string,
    options: Partial<OutgoingCallOptions>,
  ) {
    const heard = new Heard();
    const call = party.userAgent.call(`sip:${target}@${CONNECTOR_ID}.voiceconnector.chime.aws`, {
      from,
      media: mediaAt(address, 10_000),
      flow: party.endpoint.flowFor(ADDRESSES.trunk),
      ...options,
    });
    call.listen(heard);
    await this.settle();
    return { call, heard };
  }

  #observer(): ConnectorObserver {
    const { log } = this;
    return {
      callAttempted: ({ direction }) => log.push(`attempted ${direction}`),
      callThrottled: () => log.push('throttled'),
      legPlaced: () => undefined,
      requestMet: () => undefined,
      callRinging: () => log.push('ringing'),
      routeFailed: (_, { route, sipStatus, reason, willTryNext }) =>
        log.push(`route ${route} ${sipStatus ?? reason}${willTryNext ? ', next' : ''}`),
      callAnswered: ({ fromNumber, toNumber }) => log.push(`answered ${fromNumber} ${toNumber}`),
      sideReport: (_, side, report) => log.push(`report ${side}${report.isFinal ? ' final' : ''}`),
      callRefused: ({ refusal }) => log.push(`refused ${refusal?.reason} ${refusal?.sipStatus}`),
      callEnded: ({ end }) => log.push(`ended ${end?.reason}`),
      internalError: (_, error) => log.push(`error ${error}`),
    };
  }
}

function connectorSettings({ connector, termination, origination }: TrunkRigOptions): Settings {
  return {
    id: CONNECTOR_ID,
    name: 'office',
    ...connector,
    termination: {
      cidrAllowedList: [`${ADDRESSES.pbx}/32`],
      cpsLimit: 256,
      routes: [routeTo(ADDRESSES.carrier)],
      ...termination,
    },
    origination: { routes: [routeTo(ADDRESSES.pbx)], ...origination },
  };
}

/** Rings and answers every call. */
export function answering(party: Party, address: string): void {
  party.onCall = (leg) => {
    leg.ring();
    leg.accept(mediaAt(address, 20_000));
  };
}

export function refusing(party: Party, sipStatus: number, text = 'No'): void {
  const failure = new CallFailure('remote-rejected', 'no', null, { sipStatus, text });
  party.onCall = (leg) => leg.reject(failure);
}
