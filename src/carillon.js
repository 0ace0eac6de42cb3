#!/usr/bin/env node
// A checkout runs its TypeScript as it is. The package carries it compiled, for Node strips no types below
// node_modules, and leaves the source out.
import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';

// Takes the time to start from 300 to 50 ms, for --help; what is to profit must be loaded after it. In JavaScript, so
// that not even what takes the types off has to be loaded: 40 ms.
const { directory } = enableCompileCache();
// Threads find it there: their modules were a quarter of the way to the first call.
if (directory !== undefined) process.env.NODE_COMPILE_CACHE ??= directory;
// V8 (13.6, of Node 24) aborts now and then where threads take the types off, as each does at the first start: compiling
// anew what WebAssembly calls JavaScript by, after 1000 calls, it frees code that is not there.
setFlagsFromString('--wasm-wrapper-tiering-budget=2000000000');
const source = new URL('./main.ts', import.meta.url);
await import(existsSync(source) ? source.href : new URL('../dist/src/main.js', import.meta.url).href);
