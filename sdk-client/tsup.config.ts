import { defineConfig } from 'tsup';

export default defineConfig({
  entry: [
    'src/index.ts',
    'src/attachments.ts',
    'src/development.ts',
    'src/file.ts',
    'src/history.ts',
    'src/indexeddb.ts',
    'src/progress.ts',
    'src/storage.ts',
  ],
  format: ['esm', 'cjs'],
  target: 'es2022',
  dts: true,
  clean: true,
});
