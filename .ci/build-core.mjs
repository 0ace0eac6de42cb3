// Builds what runs as WebAssembly: media/capture/bulk/core.wasm, which counts bulk captures faster, and
// media/srtp/ghash.wasm, which authenticates AES-GCM faster. `npm ci` runs this; where AssemblyScript is not installed
// (npm ci --omit=dev) there is nothing to do: the same is done in TypeScript, and by node:crypto.
import { fileURLToPath } from 'node:url';

// Name, and pages of memory. Shared memory, which nobody shares, is none that the garbage collector counts: as soon as
// it has counted so much it looks through all there is, for 11 ms of each start.
const MODULES = [
  ['media/capture/bulk/core', 6100, ['--sharedMemory', '--enable', 'threads']], // 0x17d4_0000 bytes, see memory-layout.ts
  ['media/srtp/ghash', 2, []], // see ghash-memory.ts
];
const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = await import('assemblyscript/asc').catch((error) => {
  if (error.code === 'ERR_MODULE_NOT_FOUND') return null;
  throw error;
});
for (const [name, memoryPages, options] of compiler === null ? [] : MODULES) {
  const { error, stderr } = await compiler.default.main([
    ...[`${name}.as.ts`, '--outFile', `${name}.wasm`, '--baseDir', root],
    ...['-O3', '--runtime', 'stub', '--noAssert', '--enable', 'simd', ...options],
    ...['--initialMemory', String(memoryPages), '--maximumMemory', String(memoryPages)],
    ...['--disableWarning', '201'], // the memory has 32-bit addresses
  ]);
  if (error !== null) {
    process.stderr.write(`${stderr.toString()}${error.message}\n`);
    process.exitCode = 1;
  }
}
