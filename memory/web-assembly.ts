/** WebAssembly that `npm run prepare` builds. */
import { existsSync, readFileSync } from 'node:fs';

/** TypeScript declares it with the types of browsers only; this is what we use of it. */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object) => { readonly exports: unknown };
  };
};

/**
 * What makes instances of a module, each with a memory of its own, and gives what they export.
 * @returns null where the file was not built
 */
export function compileWebAssembly<Exports>(file: URL): (() => Exports) | null {
  if (!existsSync(file)) return null;
  const module = new WebAssembly.Module(readFileSync(file));
  return () => new WebAssembly.Instance(module).exports as Exports;
}
