/** GHASH of AES-GCM (NIST SP 800-38D §6.4) by ghash.as.ts, in constant time: 0.7 µs for a packet of 160 bytes. */
import { compileWebAssembly } from '../../memory/web-assembly.ts';
import { KEY_AT, TEXT_AT } from './ghash-memory.ts';

/** What ghash.as.ts exports. */
interface GhashExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  hash(blocks: number): void;
}

const BLOCK_LENGTH = 16;
const GHASH_FILE = new URL('./ghash.wasm', import.meta.url);

class GhashCore {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly #exports: GhashExports;

  constructor(exports: GhashExports) {
    this.#exports = exports;
    this.bytes = new Uint8Array(exports.memory.buffer);
    this.view = new DataView(exports.memory.buffer);
  }

  hash(blocks: number): void {
    this.#exports.hash(blocks);
  }
}

/** Of this thread: a hash is read before the next one is made. Null where it was not built. */
let core: GhashCore | null = null;

/** GHASH under one key. */
export class Ghash {
  readonly #core: GhashCore;
  readonly #key: DataView;

  private constructor(core: GhashCore, key: Uint8Array) {
    this.#core = core;
    this.#key = new DataView(key.buffer, key.byteOffset, key.byteLength);
  }

  /** @param key of 16 bytes, a block of zeros encrypted. @returns null where ghash.wasm was not built */
  static create(key: Uint8Array): Ghash | null {
    core ??= loadCore();
    return core === null ? null : new Ghash(core, key);
  }

  /**
   * Hashes what lies from `associatedFrom` to `textFrom`, and from there to `end`.
   * @returns memory with the hash at `HASH_AT`, until the next one is made
   */
  digest(bytes: Uint8Array, associatedFrom: number, textFrom: number, end: number): DataView {
    const { view } = this.#core;
    for (let at = 0; at < BLOCK_LENGTH; at += 4) view.setInt32(KEY_AT + at, this.#key.getInt32(at));
    const lengthsAt = this.#place(
      bytes,
      textFrom,
      end,
      this.#place(bytes, associatedFrom, textFrom, TEXT_AT),
    );
    // Lengths in bits, 64 each; packets need but 32.
    view.setInt32(lengthsAt, 0);
    view.setInt32(lengthsAt + 4, (textFrom - associatedFrom) * 8);
    view.setInt32(lengthsAt + 8, 0);
    view.setInt32(lengthsAt + 12, (end - textFrom) * 8);
    this.#core.hash((lengthsAt + BLOCK_LENGTH - TEXT_AT) / BLOCK_LENGTH);
    return view;
  }

  /** Copies bytes to a block, and fills the last one up with zeros. @returns where the next block begins */
  #place(bytes: Uint8Array, from: number, end: number, at: number): number {
    if (from === end) return at;
    const { view, bytes: memory } = this.#core;
    const next = at + Math.ceil((end - from) / BLOCK_LENGTH) * BLOCK_LENGTH;
    for (let zero = next - BLOCK_LENGTH; zero < next; zero += 4) view.setInt32(zero, 0);
    memory.set(bytes.subarray(from, end), at);
    return next;
  }
}

function loadCore(): GhashCore | null {
  const instantiate = compileWebAssembly<GhashExports>(GHASH_FILE);
  return instantiate === null ? null : new GhashCore(instantiate());
}
