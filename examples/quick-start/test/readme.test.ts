import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

test.each(['frontend.ts', 'server.ts'])('the README shows %s as it is, in at most 20 lines', (file) => {
  const source = read(`../${file}`);
  expect(read('../../../README.md')).toContain(`\`\`\`ts\n${source}\`\`\``);
  expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(20);
});
