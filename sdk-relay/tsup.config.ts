import { defineConfig } from 'tsup';

/** The protocol stays a dependency of its own, although its sources are what the compiler sees. */
const external = [/^@websocket-channel\/protocol/];

/** `node:sqlite` has no other name. */
const removeNodeProtocol = false;

export default defineConfig([
  {
    entry: ['src/index.ts', 'src/sqlite.ts'],
    format: ['esm', 'cjs'],
    target: 'es2022',
    external,
    removeNodeProtocol,
    splitting: false,
    shims: true,
    dts: true,
    clean: ['dist/{index,sqlite}.*', 'dist/*.d.{ts,cts}'],
  },
  {
    entry: { cli: 'src/cli.ts', 'sqlite-worker': 'src/store/sqlite/sqlite-worker.ts' },
    format: ['esm'],
    target: 'es2022',
    external,
    removeNodeProtocol,
    clean: ['dist/{cli,sqlite-worker,chunk-*}.*'],
  },
]);
