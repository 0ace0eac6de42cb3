import { TokenBucket } from '../call/token-bucket.ts';
import { ConnectorCredentials } from './connector-credentials.ts';
import type { VoiceConnectorDefinition } from './definition.ts';
import type { RouteHealth } from './route-health.ts';

/** The OPTIONS heard last: what AWS calls the health of termination. */
export interface TerminationHealth {
  readonly atMs: number;
  readonly source: string;
}

/** A connector while the service runs: its definition, which may change at any time, and what is counted. */
export class VoiceConnector {
  readonly credentials: ConnectorCredentials;
  terminationHealth: TerminationHealth | null = null;
  /** What its routes said to the OPTIONS asked last. */
  routeHealth: readonly RouteHealth[] = [];
  #definition: VoiceConnectorDefinition;
  #rate: TokenBucket;

  constructor(definition: VoiceConnectorDefinition) {
    this.credentials = new ConnectorCredentials(`${definition.id}.voiceconnector.chime.aws`);
    this.credentials.replace(definition.termination.credentials);
    this.#definition = withoutPasswords(definition);
    this.#rate = new TokenBucket(definition.termination.cpsLimit);
  }

  get id(): string {
    return this.#definition.id;
  }

  get definition(): VoiceConnectorDefinition {
    return this.#definition;
  }

  /** Takes effect with the next call. Credentials are changed by themselves, not here. */
  redefine(definition: VoiceConnectorDefinition): void {
    const { cpsLimit } = definition.termination;
    if (cpsLimit !== this.#rate.perSecond) this.#rate = new TokenBucket(cpsLimit);
    this.#definition = withoutPasswords(definition);
  }

  /** Counts an outbound call against `termination.cpsLimit`. */
  takeCall(nowMs: number): boolean {
    return this.#rate.take(nowMs);
  }
}

/** Passwords are kept as digest secrets only. */
function withoutPasswords(definition: VoiceConnectorDefinition): VoiceConnectorDefinition {
  return { ...definition, termination: { ...definition.termination, credentials: [] } };
}
