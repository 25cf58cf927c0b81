import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts', 'src/client.ts', 'src/relay.ts', 'src/agent.ts', 'src/legacy.ts', 'src/link.ts', 'src/sequence.ts'],
  format: ['esm', 'cjs'],
  target: 'es2022',
  dts: true,
  clean: true,
});
