#!/usr/bin/env node
// A checkout runs its TypeScript as it is. The package carries it compiled, for Node strips no types below
// node_modules, and leaves the source out.
import { existsSync } from 'node:fs';

const source = new URL('./main.ts', import.meta.url);
await import(existsSync(source) ? source.href : new URL('../dist/src/main.js', import.meta.url).href);
