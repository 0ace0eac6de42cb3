import { connectionFor } from './audio-description.ts';
import type { SdpAttribute, SdpMedia } from './description.ts';
import { serializeAfterOrigin, serializeOrigin } from './serialize.ts';

/** What a description of ours says beside who we are. */
export interface WrittenDescription {
  /** Where the media goes, for `c=`. */
  readonly address: string;
  readonly timing: string;
  readonly attributes: readonly SdpAttribute[];
  readonly media: readonly SdpMedia[];
}

/** Writes the descriptions of one side of a session: one origin, its version counted. */
export class DescriptionWriter {
  readonly #sessionId: string;
  #originAddress: string | null = null;
  #version = 0;
  #written = '';

  /** `sessionId`: digits, unique among our sessions (RFC 8866 §5.2). */
  constructor(sessionId: string) {
    this.#sessionId = sessionId;
  }

  write({ address, timing, attributes, media }: WrittenDescription): string {
    this.#originAddress ??= address;
    const connection = connectionFor(this.#originAddress);
    const origin = { username: '-', sessionId: this.#sessionId, sessionVersion: '', ...connection };
    const written = serializeAfterOrigin({
      origin,
      sessionName: '-',
      connection: connectionFor(address),
      timing,
      lines: [],
      attributes,
      media,
    });
    // RFC 3264 §8: the version rises by one when, and only when, the description changes.
    const isChanged = written !== this.#written;
    this.#version += isChanged ? 1 : 0;
    const head = `v=0\r\n${serializeOrigin({ ...origin, sessionVersion: `${this.#version}` })}`;
    const description = head + written;
    if (isChanged) {
      // Cut out of the whole, which makes it flat: pieced together as it was it would take four times the room.
      this.#written = description.slice(head.length);
    }
    return description;
  }
}
