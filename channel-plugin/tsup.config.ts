import { defineConfig } from 'tsup';

/** Everything but the host is bundled, so that a package file installs offline and without dependencies. */
export default defineConfig({
  entry: ['src/index.ts', 'src/setup-entry.ts', 'src/secret-contract-api.ts', 'src/doctor-contract-api.ts'],
  format: ['esm'],
  target: 'node24',
  platform: 'node',
  noExternal: [/^ws$/, /^prom-client$/, /^@websocket-channel\//],
  external: [/^openclaw\//],
  // `node:sqlite` has no other name.
  removeNodeProtocol: false,
  // `ws` is CommonJS and requires Node's own modules.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  clean: true,
});
