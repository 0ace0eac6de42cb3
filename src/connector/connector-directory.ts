import type { Config } from '../../config/schema.ts';
import { isInBlocks } from './address-blocks.ts';
import type { PhoneNumber, VoiceConnectorDefinition, VoiceConnectorGroup } from './definition.ts';
import { normalizeNumber } from './e164.ts';
import { VoiceConnector } from './voice-connector.ts';

/** What a request shows of where it comes from and whom it means. */
export interface Approach {
  /** User part of the Request-URI, and its host in lower case. */
  readonly user: string;
  readonly host: string;
  readonly localPort: number;
  readonly sourceAddress: string;
  /** It comes from the simulated telephone network. */
  readonly isFromNetwork: boolean;
}

/** What a request to a connector is: a call out, by that connector, or a call in, to that number. */
export type ConnectorTarget =
  | { readonly kind: 'outbound'; readonly connector: VoiceConnector }
  | { readonly kind: 'inbound'; readonly number: PhoneNumber };

const CONNECTOR_HOST = /^([a-z0-9-]{21,36})\.voiceconnector\.chime\.aws$/;

/** Connectors, groups and numbers: what the configuration began with and HTTP has changed since. */
export class ConnectorDirectory {
  readonly connectors = new Map<string, VoiceConnector>();
  readonly groups = new Map<string, VoiceConnectorGroup>();
  readonly numbers = new Map<string, PhoneNumber>();
  readonly #farEnds: readonly string[];

  constructor(config: Pick<Config, 'voiceConnectors' | 'voiceConnectorGroups' | 'phoneNumbers' | 'trunk'>) {
    for (const connector of config.voiceConnectors) this.put(connector);
    for (const group of config.voiceConnectorGroups) this.groups.set(group.id, group);
    for (const number of config.phoneNumbers) this.numbers.set(number.number, number);
    this.#farEnds = config.trunk.farEndAllowedList;
  }

  /** Makes a connector, or changes the one of that ID. */
  put(definition: VoiceConnectorDefinition): VoiceConnector {
    const known = this.connectors.get(definition.id);
    const connector = known ?? new VoiceConnector(definition);
    known?.redefine(definition);
    this.connectors.set(definition.id, connector);
    return connector;
  }

  /** Numbers and groups that name a connector, which keep it from being removed. */
  usersOf(connectorId: string): string[] {
    const numbers = [...this.numbers.values()].filter((number) => number.voiceConnectorId === connectorId);
    const groups = [...this.groups.values()].filter(({ items }) =>
      items.some(({ voiceConnectorId }) => voiceConnectorId === connectorId),
    );
    return [...numbers.map(({ number }) => number), ...groups.map(({ id }) => `group ${id}`)];
  }

  isOurNumber(number: string): boolean {
    return this.numbers.has(number);
  }

  /** Connectors that a number rings, in the order they are tried. */
  connectorsOf({ voiceConnectorId, voiceConnectorGroupId }: PhoneNumber): VoiceConnector[] {
    const group = voiceConnectorGroupId === null ? undefined : this.groups.get(voiceConnectorGroupId);
    const items = group === undefined ? [] : [...group.items];
    items.sort((one, other) => one.priority - other.priority);
    const ids = [voiceConnectorId, ...items.map((item) => item.voiceConnectorId)];
    return ids.flatMap((id) => this.connectors.get(id ?? '') ?? []);
  }

  /**
   * Whom a request means: by the port of a connector, its host name, or a number in E.164 form where there is one
   * connector only; and inbound where it comes from a far end. Null where no connector is meant.
   */
  find({ user, host, localPort, sourceAddress, isFromNetwork }: Approach): ConnectorTarget | null {
    if (isFromNetwork || isInBlocks(sourceAddress, this.#farEnds)) {
      const number = this.numbers.get(normalizeNumber(user) ?? '');
      if (number !== undefined) return { kind: 'inbound', number };
      if (isFromNetwork) return null;
    }
    const connector = this.#byPort(localPort) ?? this.#byHost(host) ?? this.#byNumber(user);
    return connector === undefined ? null : { kind: 'outbound', connector };
  }

  #byPort(port: number): VoiceConnector | undefined {
    return [...this.connectors.values()].find(({ definition }) => definition.port === port);
  }

  #byHost(host: string): VoiceConnector | undefined {
    return this.connectors.get(CONNECTOR_HOST.exec(host)?.[1] ?? '');
  }

  #byNumber(user: string): VoiceConnector | undefined {
    const [only, ...others] = this.connectors.values();
    return user.startsWith('+') && others.length === 0 ? only : undefined;
  }
}
