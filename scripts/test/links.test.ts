import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { packages } from '../build.mjs';

const root = join(import.meta.dirname, '../..');
const listed = ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'];
const texts = execFileSync('git', listed, { cwd: root, encoding: 'utf8' })
  .trim()
  .split('\n')
  .filter(existsIn);

function existsIn(path: string): boolean {
  return existsSync(join(root, path));
}

/** Where the links of a text lead, as paths from the root with the heading that they name. */
function linksOf(path: string): string[] {
  const prose = readFileSync(join(root, path), 'utf8').replace(/^```.*?^```/gms, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => (link.startsWith('#') ? path + link : normalize(join(dirname(path), link))));
}

/** The names under which the headings of a text can be linked to. */
const headingsOf = (path: string): string[] =>
  [...readFileSync(join(root, path), 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );

test.each(texts)('%s links to what is there', (path) => {
  const broken = linksOf(path).filter((link) => {
    const [target = '', heading] = link.split('#');
    return !existsIn(target) || (heading !== undefined && !headingsOf(target).includes(heading));
  });
  expect(broken).toEqual([]);
});

describe.each(packages)('the package %s', (name) => {
  const { files }: { files: string[] } = JSON.parse(readFileSync(join(root, name, 'package.json'), 'utf8'));
  const isPacked = (path: string) => {
    const inside = relative(name, path);
    return ['README.md', ...files].some((file) => inside === file || inside.startsWith(`${file}/`));
  };

  it('brings all that its texts link to', () => {
    const packed = texts.filter(isPacked);
    expect(packed).toContain(`${name}/README.md`);
    const outside = packed.flatMap(linksOf).filter((link) => !isPacked(link.split('#')[0]!));
    expect(outside).toEqual([]);
  });
});
