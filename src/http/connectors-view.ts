import type { Config } from '../../config/schema.ts';

type ConnectorDefinition = Config['voiceConnectors'][number];
type GroupDefinition = Config['voiceConnectorGroups'][number];
type NumberDefinition = Config['phoneNumbers'][number];

/** A connector as HTTP shows it: its definition without passwords, which nobody has. */
export interface ConnectorView extends ConnectorDefinition {
  readonly userNames: readonly string[];
  /** The OPTIONS heard last; null until one came. */
  readonly terminationHealth: { readonly atMs: number; readonly source: string } | null;
  readonly routeHealth: readonly RouteHealthView[];
}

/** What came of the OPTIONS that a route was asked last. */
interface RouteHealthView {
  readonly side: 'termination' | 'origination';
  readonly route: string;
  readonly atMs: number;
  readonly isReachable: boolean;
  readonly sipStatus: number | null;
  readonly roundTripMs: number | null;
  readonly detail: string;
}

/** A change that cannot be made: something still needs what is to go, or it names what there is not. */
export interface Conflict {
  readonly conflict: string;
}

export interface InboundCallRequest {
  readonly from: string;
  readonly to: string;
  readonly durationSeconds: number | null;
}

/** What HTTP may ask about connectors. Null is "there is no such thing"; changes are in force with the next call. */
export interface ConnectorsView {
  list(): readonly ConnectorView[];
  get(id: string): ConnectorView | null;
  put(definition: ConnectorDefinition): ConnectorView | Conflict;
  remove(id: string): true | Conflict | null;
  putCredential(id: string, userName: string, password: string): ConnectorView | null;
  removeCredential(id: string, userName: string): ConnectorView | null;
  groups(): readonly GroupDefinition[];
  putGroup(group: GroupDefinition): GroupDefinition | Conflict;
  removeGroup(id: string): true | Conflict | null;
  numbers(): readonly NumberDefinition[];
  putNumber(number: NumberDefinition): NumberDefinition | Conflict;
  removeNumber(number: string): true | null;
  /** Rings one of our numbers from the simulated telephone network. */
  placeInbound(request: InboundCallRequest): Promise<{ readonly sipCallId: string } | Conflict>;
}
