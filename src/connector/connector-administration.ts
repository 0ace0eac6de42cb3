import type { Conflict, ConnectorsView, ConnectorView, InboundCallRequest } from '../http/connectors-view.ts';
import type { ConnectorDirectory } from './connector-directory.ts';
import type { PhoneNumber, VoiceConnectorDefinition, VoiceConnectorGroup } from './definition.ts';
import type { TelephoneNetwork } from './telephone-network.ts';
import type { VoiceConnector } from './voice-connector.ts';

/** Changes connectors, groups and numbers while the service runs, and keeps what names each other whole. */
export class ConnectorAdministration implements ConnectorsView {
  readonly #directory: ConnectorDirectory;
  readonly #network: () => TelephoneNetwork | null;

  constructor(directory: ConnectorDirectory, network: () => TelephoneNetwork | null) {
    this.#directory = directory;
    this.#network = network;
  }

  list(): readonly ConnectorView[] {
    return [...this.#directory.connectors.values()].map(viewOf);
  }

  get(id: string): ConnectorView | null {
    const connector = this.#directory.connectors.get(id);
    return connector === undefined ? null : viewOf(connector);
  }

  /** Credentials that come along are added to those there are. A port is opened at the next start only. */
  put(definition: VoiceConnectorDefinition): ConnectorView | Conflict {
    const port = this.#directory.connectors.get(definition.id)?.definition.port ?? null;
    if (definition.port !== port) return { conflict: 'The port of a connector is opened at the start only.' };
    const connector = this.#directory.put(definition);
    for (const { userName, password } of definition.termination.credentials) {
      connector.credentials.put(userName, password);
    }
    return viewOf(connector);
  }

  remove(id: string): true | Conflict | null {
    if (!this.#directory.connectors.has(id)) return null;
    const users = this.#directory.usersOf(id);
    if (users.length > 0) return { conflict: `Connector ${id} is still named by ${users.join(', ')}.` };
    return this.#directory.connectors.delete(id) || null;
  }

  putCredential(id: string, userName: string, password: string): ConnectorView | null {
    this.#directory.connectors.get(id)?.credentials.put(userName, password);
    return this.get(id);
  }

  removeCredential(id: string, userName: string): ConnectorView | null {
    const isRemoved = this.#directory.connectors.get(id)?.credentials.remove(userName) ?? false;
    return isRemoved ? this.get(id) : null;
  }

  groups(): readonly VoiceConnectorGroup[] {
    return [...this.#directory.groups.values()];
  }

  putGroup(group: VoiceConnectorGroup): VoiceConnectorGroup | Conflict {
    const unknown = group.items.find(
      ({ voiceConnectorId }) => !this.#directory.connectors.has(voiceConnectorId),
    );
    if (unknown !== undefined) return { conflict: `There is no connector ${unknown.voiceConnectorId}.` };
    this.#directory.groups.set(group.id, group);
    return group;
  }

  removeGroup(id: string): true | Conflict | null {
    if (!this.#directory.groups.has(id)) return null;
    const user = this.numbers().find(({ voiceConnectorGroupId }) => voiceConnectorGroupId === id);
    if (user !== undefined) return { conflict: `Group ${id} is still rung by ${user.number}.` };
    return this.#directory.groups.delete(id) || null;
  }

  numbers(): readonly PhoneNumber[] {
    return [...this.#directory.numbers.values()];
  }

  putNumber(number: PhoneNumber): PhoneNumber | Conflict {
    const { voiceConnectorId, voiceConnectorGroupId } = number;
    if (voiceConnectorId !== null && !this.#directory.connectors.has(voiceConnectorId)) {
      return { conflict: `There is no connector ${voiceConnectorId}.` };
    }
    if (voiceConnectorGroupId !== null && !this.#directory.groups.has(voiceConnectorGroupId)) {
      return { conflict: `There is no group ${voiceConnectorGroupId}.` };
    }
    this.#directory.numbers.set(number.number, number);
    return number;
  }

  removeNumber(number: string): true | null {
    return this.#directory.numbers.delete(number) || null;
  }

  async placeInbound(request: InboundCallRequest): Promise<{ readonly sipCallId: string } | Conflict> {
    const network = this.#network();
    if (network === null) return { conflict: 'There is no SIP to call by.' };
    if (!this.#directory.isOurNumber(request.to)) {
      return { conflict: `${request.to} is none of phoneNumbers.` };
    }
    return network.place(request);
  }
}

function viewOf({ definition, credentials, terminationHealth, routeHealth }: VoiceConnector): ConnectorView {
  return { ...definition, userNames: credentials.userNames, terminationHealth, routeHealth };
}
