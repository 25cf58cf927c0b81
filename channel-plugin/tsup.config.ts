import { fileURLToPath } from 'node:url';
import { defineConfig } from 'tsup';

/** The thread of the embedded relay's database, which it looks for beside itself under this name. */
const sqliteWorker = fileURLToPath(
  new URL('sqlite-worker.js', import.meta.resolve('@websocket-channel/sdk-relay')),
);

/** Everything but the host is bundled, so that a package file installs offline and without dependencies. */
export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'setup-entry': 'src/setup-entry.ts',
    'secret-contract-api': 'src/secret-contract-api.ts',
    'doctor-contract-api': 'src/doctor-contract-api.ts',
    'sqlite-worker': sqliteWorker,
  },
  format: ['esm'],
  target: 'node24',
  platform: 'node',
  noExternal: [/^ws$/, /^prom-client$/, /^@websocket-channel\//],
  external: [/^openclaw\//],
  // `node:sqlite` has no other name.
  removeNodeProtocol: false,
  esbuildPlugins: [
    {
      name: 'metrics of the channel alone',
      // What prom-client tells of the process reads files, which OpenClaw's audit holds against a plugin that also sends.
      setup({ onLoad }) {
        onLoad({ filter: /prom-client.lib.(defaultMetrics|cluster|pushgateway)\.js$/ }, () => ({
          contents: 'module.exports = {};',
        }));
      },
    },
  ],
  // `ws` is CommonJS and requires Node's own modules.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  clean: true,
});
