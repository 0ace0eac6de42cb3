import type { MediaLeg } from '../../media/engine/media-leg.ts';
import type { Call } from '../call/call.ts';
import type { CallStage } from './call-stage.ts';

/** The echo test: everybody is alone there. */
export class EchoStage implements CallStage {
  readonly mixId: string;
  readonly dueAtMs = null;
  readonly #media: () => Pick<MediaLeg, 'echo'> | null;

  constructor(call: Pick<Call, 'id'>, media: () => Pick<MediaLeg, 'echo'> | null) {
    this.mixId = call.id;
    this.#media = media;
  }

  begin(): void {
    this.#media()?.echo();
  }

  press(): void {}
  played(): void {}
  advance(): void {}
  leave(): void {}
}
