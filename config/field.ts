/**
 * The kinds of value that keys of the configuration take. Each carries one sentence, "what is allowed",
 * which is all that an error message needs besides what was found.
 */
import { isIP } from 'node:net';
import { z } from 'zod';
import { formatKeyPath } from './key-path.ts';

/** Text. YAML reads `title: 2030` as a number; whoever wrote it meant the text. */
export function text(allowed: string, isAllowed: (value: string) => boolean = (value) => value.length > 0) {
  return z.preprocess(
    (value) => (typeof value === 'number' ? String(value) : value),
    z.string(allowed).refine(isAllowed, allowed),
  );
}

/** Digits, which people group with spaces or dashes; read as the bare digits. */
export function digits(allowed: string, lengths: readonly number[]) {
  return z.preprocess(
    (value) => (typeof value === 'number' ? String(value) : value),
    z
      .string(allowed)
      .transform(ungroupDigits)
      .refine((value) => /^\d+$/.test(value) && lengths.includes(value.length), allowed),
  );
}

/** `6064 72 4824` and `6064-72-4824` are `6064724824`; anything else is returned as it came. */
export function ungroupDigits(value: string): string {
  return /^\d+(?:[ -]\d+)*$/.test(value.trim()) ? value.replaceAll(/[ -]/g, '') : value;
}

export function integer(minimum: number, maximum: number, unit = '') {
  const allowed = `a whole number from ${minimum} to ${maximum}${unit && ` (${unit})`}`;
  return z.int(allowed).min(minimum, allowed).max(maximum, allowed);
}

export function flag() {
  return z.boolean('true or false');
}

export function oneOf<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.enum(values, `one of: ${values.join(', ')}`);
}

export function listOf<Element extends z.ZodType>(element: Element, allowed: string) {
  return z.array(element, allowed);
}

/** A port that a listener binds. */
export function listenerPort() {
  const allowed = 'a port from 1 to 65535, 0 for any free port, or null to switch the listener off';
  return z.int(allowed).min(0, allowed).max(65_535, allowed).nullable();
}

/** First and last port, both included. */
export function portRange() {
  const allowed = 'two ports, [first, last], each from 1024 to 65535, the first one even and below the last';
  const port = z.int(allowed).min(1024, allowed).max(65_535, allowed);
  // RFC 3550 §11: RTP takes the even port, RTCP the odd one above it.
  return z
    .tuple([port, port], allowed)
    .refine(([first, last]) => first < last && first % 2 === 0, { error: allowed, abort: true });
}

export function ipAddress() {
  return text(
    'an IPv4 or IPv6 address of this machine, or 0.0.0.0 or :: for all',
    (value) => isIP(value) > 0,
  );
}

export function host(allowed = 'a host name or an IP address, without scheme and port') {
  return text(allowed, isHost);
}

/** RFC 1123 §2.1 host name, or an address. */
function isHost(value: string): boolean {
  if (isIP(value) > 0) return true;
  // Four numbers that are no IPv4 address are a slip of the pen, not a name.
  if (value.length > 253 || /^[\d.]+$/.test(value)) return false;
  return value.split('.').every((label) => /^[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d_])?$/i.test(label));
}

/** An address block such as `192.0.2.0/24` or `2001:db8::/32` (RFC 4632 §3.1). */
export function cidr() {
  return text('an address block such as 192.0.2.0/24 or 2001:db8::/32', (value) => {
    const [address = '', prefix = '', ...rest] = value.split('/');
    const bits = isIP(address) === 6 ? 128 : 32;
    return rest.length === 0 && isIP(address) > 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits;
  });
}

/** ITU-T E.164, with the plus sign: AWS takes and shows numbers so. */
export function phoneNumber() {
  return text('a telephone number in E.164 form, such as "+12065550100"', (value) =>
    /^\+[1-9]\d{1,14}$/.test(value),
  );
}

/** Path of a file to read, or null. */
export function optionalFile() {
  return text('the path of a file, or null').nullable();
}

/** A value that must not come twice, and where it stands below the key that is checked. */
export interface UniqueValue {
  readonly path: readonly (string | number)[];
  readonly value: string;
}

/** Refuses the second of two equal values and names the path of the first, which is told from `key` on. */
export function refuseDuplicates<Value>(
  key: string,
  uniqueValuesOf: (value: Value) => Iterable<UniqueValue>,
) {
  return (checked: Value, context: z.RefinementCtx): void => {
    const firstPathByValue = new Map<string, string>();
    for (const { path, value } of uniqueValuesOf(checked)) {
      const first = firstPathByValue.get(value);
      if (first === undefined) firstPathByValue.set(value, formatKeyPath([key, ...path]));
      else {
        const message = `a value of its own; ${first} has the same`;
        context.addIssue({ code: 'custom', path: [...path], message });
      }
    }
  };
}
