// Builds media/capture/bulk/core.wasm, which counts bulk captures faster. `npm ci` runs this; where AssemblyScript
// is not installed (npm ci --omit=dev) there is nothing to do, and captures are counted in TypeScript.
import { fileURLToPath } from 'node:url';

const MEMORY_PAGES = 3800; // 0xed8_0000 bytes, see memory-layout.ts
const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = await import('assemblyscript/asc').catch((error) => {
  if (error.code === 'ERR_MODULE_NOT_FOUND') return null;
  throw error;
});
if (compiler !== null) {
  const { error, stderr } = await compiler.default.main([
    ...['media/capture/bulk/core.as.ts', '--outFile', 'media/capture/bulk/core.wasm', '--baseDir', root],
    ...[
      '-O3',
      '--runtime',
      'stub',
      '--noAssert',
      '--enable',
      'simd',
      '--initialMemory',
      String(MEMORY_PAGES),
    ],
    ...['--disableWarning', '201'], // the memory has 32-bit addresses
  ]);
  if (error !== null) {
    process.stderr.write(`${stderr.toString()}${error.message}\n`);
    process.exitCode = 1;
  }
}
