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
