import type { BitReader } from './bit-reader.ts';
import type { BitWriter } from './bit-writer.ts';
import type { Codec } from './codec.ts';
import { readLength, writeLength } from './length.ts';
import { PerError } from './per-error.ts';

/** Longer than any identifier registered. */
const MAX_IDENTIFIER_OCTETS = 127;

/** OBJECT IDENTIFIER: text with dots, `0.0.8.2250.0.7` (X.691 §24, X.690 §8.19). */
export class ObjectIdentifier implements Codec {
  decode(reader: BitReader): string {
    const length = readLength(reader);
    if (length < 1 || length > MAX_IDENTIFIER_OCTETS) {
      throw new PerError('out-of-range', `an OBJECT IDENTIFIER of ${length} octets`);
    }
    let text = '';
    let arc = 0;
    for (let index = 0; index < length; index++) {
      const octet = reader.octet();
      arc = arc * 128 + (octet & 0x7f);
      if (!Number.isSafeInteger(arc)) throw new PerError('out-of-range', 'an arc of more than 53 bits');
      if (octet < 0x80) {
        text += text === '' ? firstArcs(arc) : `.${arc}`;
        arc = 0;
      } else if (index === length - 1) throw new PerError('truncated', 'the last arc does not end');
    }
    return text;
  }

  encode(writer: BitWriter, value: unknown): void {
    if (typeof value !== 'string' || !/^[0-2](?:\.\d{1,15})+$/.test(value)) {
      throw new PerError('invalid-value', `${String(value)} is not an OBJECT IDENTIFIER`);
    }
    const [first = 0, second = 0, ...rest] = value.split('.').map(Number);
    const octets = [first * 40 + second, ...rest].flatMap(arcOctets);
    writeLength(writer, octets.length);
    writer.octets(Uint8Array.from(octets));
  }
}

/** The first two arcs share one number (X.690 §8.19.4). */
function firstArcs(arc: number): string {
  const first = Math.min(2, Math.floor(arc / 40));
  return `${first}.${arc - first * 40}`;
}

function arcOctets(arc: number): number[] {
  const octets = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) {
    octets.unshift(0x80 | (rest % 128));
  }
  return octets;
}
