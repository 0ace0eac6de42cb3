import { isIPv6 } from 'node:net';

/** Whom to call over H.323, and where. */
export interface DialedAddress {
  /** A meeting ID or another alias; empty: whoever answers. */
  readonly alias: string;
  /** A name or an address, IPv6 without brackets. */
  readonly host: string;
  /** Null where none is named: 1720. */
  readonly port: number | null;
}

/** Port and alias stand around a host: `alias@host:port`. */
const DIALED = /^(?:([^@:]*)@)?(\[[0-9a-f:.]+\]|[^\s:@[\]]+)(?::(\d{1,5}))?$/i;

/**
 * What people dial on a room system: `192.0.2.10`, `6064724824@192.0.2.10`, `192.0.2.10##6064724824` as Polycom and
 * LifeSize have it, or an H.323 URL (RFC 3508); null where it is none of these.
 */
export function parseDialedAddress(text: string): DialedAddress | null {
  const written = text.trim().replace(/^h323:/i, '');
  if (isIPv6(written)) return { alias: '', host: written, port: null };
  const [place = '', afterHashes] = written.split('##');
  // RFC 3508 §4: parameters follow a semicolon; none of them changes where the call goes.
  const parts = DIALED.exec(place.replace(/;.*$/s, ''));
  const [, alias = '', host = '', port] = parts ?? [];
  const isAliasTwice = alias !== '' && afterHashes !== undefined;
  if (parts === null || isAliasTwice || Number(port ?? 1) < 1 || Number(port ?? 1) > 65_535) return null;
  return {
    alias: afterHashes ?? alias,
    host: host.replace(/^\[|\]$/g, ''),
    port: port === undefined ? null : Number(port),
  };
}
