import { defineConfig } from 'tsup';

/** The protocol stays a dependency of its own, although its sources are what the compiler sees. */
const external = [/^@websocket-channel\/protocol/];

export default defineConfig([
  {
    entry: ['src/index.ts'],
    format: ['esm', 'cjs'],
    target: 'es2022',
    external,
    dts: true,
    clean: ['dist/index.*'],
  },
  { entry: ['src/cli.ts'], format: ['esm'], target: 'es2022', external, clean: ['dist/cli.*'] },
]);
