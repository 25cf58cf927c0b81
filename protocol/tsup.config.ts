import { defineConfig } from 'tsup';

export default defineConfig([
  {
    entry: [
      'src/index.ts',
      'src/client.ts',
      'src/relay.ts',
      'src/agent.ts',
      'src/legacy.ts',
      'src/link.ts',
      'src/sequence.ts',
    ],
    format: ['esm', 'cjs'],
    target: 'es2022',
    dts: true,
    clean: ['!cli.cjs'],
  },
  {
    // What the command line needs is in its file, so that the package has no dependencies.
    entry: { cli: 'src/conformance/cli.ts' },
    format: ['cjs'],
    target: 'es2022',
    noExternal: ['citty', 'ws'],
  },
]);
