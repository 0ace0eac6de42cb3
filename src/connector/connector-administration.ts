import type { Conflict, ConnectorsView, ConnectorView, InboundCallRequest } from '../http/connectors-view.ts';
import type { ConnectorDirectory } from './connector-directory.ts';
import type { PhoneNumber, VoiceConnectorDefinition, VoiceConnectorGroup } from './definition.ts';
import type { KeptChanges } from './kept-changes.ts';
import type { TelephoneNetwork } from './telephone-network.ts';
import type { VoiceConnector } from './voice-connector.ts';

/** Changes connectors, groups and numbers while the service runs, and keeps what names each other whole. */
export class ConnectorAdministration implements ConnectorsView {
  readonly #directory: ConnectorDirectory;
  readonly #kept: KeptChanges;
  readonly #network: () => TelephoneNetwork | null;

  constructor(directory: ConnectorDirectory, kept: KeptChanges, network: () => TelephoneNetwork | null) {
    this.#directory = directory;
    this.#kept = kept;
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
    this.#kept.keepConnector(definition.id, this.#directory);
    return viewOf(connector);
  }

  remove(id: string): true | Conflict | null {
    if (!this.#directory.connectors.has(id)) return null;
    const users = this.#directory.usersOf(id);
    if (users.length > 0) return { conflict: `Connector ${id} is still named by ${users.join(', ')}.` };
    this.#directory.connectors.delete(id);
    this.#kept.keepConnector(id, this.#directory);
    return true;
  }

  putCredential(id: string, userName: string, password: string): ConnectorView | null {
    const connector = this.#directory.connectors.get(id);
    if (connector === undefined) return null;
    connector.credentials.put(userName, password);
    this.#kept.keepConnector(id, this.#directory);
    return viewOf(connector);
  }

  removeCredential(id: string, userName: string): ConnectorView | null {
    const isRemoved = this.#directory.connectors.get(id)?.credentials.remove(userName) ?? false;
    if (!isRemoved) return null;
    this.#kept.keepConnector(id, this.#directory);
    return this.get(id);
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
    this.#kept.keepGroup(group.id, this.#directory);
    return group;
  }

  removeGroup(id: string): true | Conflict | null {
    if (!this.#directory.groups.has(id)) return null;
    const user = this.numbers().find(({ voiceConnectorGroupId }) => voiceConnectorGroupId === id);
    if (user !== undefined) return { conflict: `Group ${id} is still rung by ${user.number}.` };
    this.#directory.groups.delete(id);
    this.#kept.keepGroup(id, this.#directory);
    return true;
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
    this.#kept.keepNumber(number.number, this.#directory);
    return number;
  }

  removeNumber(number: string): true | null {
    if (!this.#directory.numbers.delete(number)) return null;
    this.#kept.keepNumber(number, this.#directory);
    return true;
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
