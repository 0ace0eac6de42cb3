/**
 * A session description as RFC 8866 §5 lays it out, with what Carillon never reads kept as it came.
 * Nothing here knows which side of an offer/answer exchange it belongs to.
 */

/** An `a=` line: `name` alone for a property, with `value` for `name:value` (RFC 8866 §5.13). */
export interface SdpAttribute {
  readonly name: string;
  readonly value: string | null;
}

/** The `o=` line (RFC 8866 §5.2). The two numbers may exceed 2^53 and stay text. */
export interface SdpOrigin {
  readonly username: string;
  readonly sessionId: string;
  readonly sessionVersion: string;
  readonly networkType: string;
  readonly addressType: string;
  readonly address: string;
}

/** A `c=` line (RFC 8866 §5.7). `address` is as written: a literal, a name, or a multicast `address/ttl`. */
export interface SdpConnection {
  readonly networkType: string;
  readonly addressType: string;
  readonly address: string;
}

/** A line that nobody here interprets (`b=`, `i=`, `k=`, …), kept so that it can be written again. */
export interface SdpLine {
  /** The one letter before the equals sign. */
  readonly type: string;
  readonly value: string;
}

/** One `m=` line and what follows it (RFC 8866 §5.14). */
export interface SdpMedia {
  /** `audio`, `video`, `application`, … */
  readonly type: string;
  /** 0–65535; 0 is a refused or unused stream (RFC 3264 §6). */
  readonly port: number;
  /** The number after the slash in `6000/2`, else 1. */
  readonly portCount: number;
  /** `RTP/AVP`, `UDP/TLS/RTP/SAVPF`, … */
  readonly protocol: string;
  /** Payload types for RTP, anything else for other protocols; at least one. */
  readonly formats: readonly string[];
  readonly connection: SdpConnection | null;
  readonly lines: readonly SdpLine[];
  readonly attributes: readonly SdpAttribute[];
}

export interface SdpSession {
  readonly origin: SdpOrigin;
  readonly sessionName: string;
  readonly connection: SdpConnection | null;
  /** The value of the first `t=` line; further ones stand in `lines`. */
  readonly timing: string;
  readonly lines: readonly SdpLine[];
  readonly attributes: readonly SdpAttribute[];
  readonly media: readonly SdpMedia[];
}

/** The first attribute of that name, or undefined. */
export function findAttribute(attributes: readonly SdpAttribute[], name: string): SdpAttribute | undefined {
  for (const attribute of attributes) {
    if (attribute.name === name) {
      return attribute;
    }
  }
  return undefined;
}
