/** What is left of sound when each sample is guessed from those before it, and how few bits that takes (RFC 9639 §4). */

/** Guesses are polynomials through the last samples (RFC 9639 §9.2.5), of so high an order. */
const ORDER_MAXIMUM = 4;
/** The parameter has 4 bits, all ones is an escape (RFC 9639 §9.2.7). */
const RICE_PARAMETER_MAXIMUM = 14;

interface Prediction {
  readonly order: number;
  /** From index `order` on; folded, so that small numbers of either sign are small (RFC 9639 §9.2.7.3). */
  readonly residual: Uint32Array;
}

/** The order that leaves the least. */
export function predict(samples: Int16Array): Prediction {
  let differences = Int32Array.from(samples);
  let best = { order: 0, differences, sum: sumOfMagnitudes(differences, ORDER_MAXIMUM) };
  for (let order = 1; order <= Math.min(ORDER_MAXIMUM, samples.length - 1); order++) {
    const next = new Int32Array(samples.length);
    // Each order is the difference of the one before.
    for (let index = order; index < next.length; index++) {
      next[index] = (differences[index] as number) - (differences[index - 1] as number);
    }
    differences = next;
    const sum = sumOfMagnitudes(next, ORDER_MAXIMUM);
    if (sum < best.sum) best = { order, differences, sum };
  }
  return { order: best.order, residual: fold(best.differences) };
}

/** The parameter with which a part of a residual takes the fewest bits, and how many. */
export function chooseRiceParameter(
  residual: Uint32Array,
  start: number,
  end: number,
): { readonly parameter: number; readonly bits: number } {
  let best = { parameter: 0, bits: Number.POSITIVE_INFINITY };
  for (let parameter = 0; parameter <= RICE_PARAMETER_MAXIMUM; parameter++) {
    let bits = (end - start) * (parameter + 1);
    for (let index = start; index < end; index++) bits += (residual[index] as number) >>> parameter;
    // Bits over parameters fall to one least value, and rise from there.
    if (bits >= best.bits) break;
    best = { parameter, bits };
  }
  return best;
}

function sumOfMagnitudes(values: Int32Array, start: number): number {
  let sum = 0;
  for (let index = start; index < values.length; index++) sum += Math.abs(values[index] as number);
  return sum;
}

function fold(values: Int32Array): Uint32Array {
  const folded = new Uint32Array(values.length);
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    folded[index] = (value << 1) ^ (value >> 31);
  }
  return folded;
}
