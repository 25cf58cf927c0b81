import { limits } from '@websocket-channel/protocol';
import { expect, it } from 'vitest';
import { commandCatalogue, toCommands } from '../src/host/commands.ts';

const spec = (name: string, more = {}) => ({ name, description: `Does ${name}`, ...more });
const plain = (name: string) => [`/${name}`];

it('the commands of OpenClaw are listed as they are said', () => {
  const commands = commandCatalogue({});
  expect(commands.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['status', 'stop', 'new', 'model']),
  );
  expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length);
});

it('those that the operator switched off are not listed', () => {
  const names = (config: object) => commandCatalogue(config).map(({ name }) => name);
  expect(names({ commands: { mcp: true } })).toContain('mcp');
  expect(names({ commands: { mcp: false } })).not.toContain('mcp');
});

it('names, descriptions and arguments are within the bounds of the protocol', () => {
  const most = limits.nameLength;
  const specs = [
    spec('plain', { args: [{ name: 'level', required: true }, { name: 'more' }] }),
    spec('cut', { description: 'ä'.repeat(most + 1) }),
    spec('whole', { description: 'ä'.repeat(most) }),
    spec('two-lines', { description: 'one\n\ttwo\u0000' }),
    spec('no description', { description: ' ' }),
    spec('mute', { description: ' ' }),
    spec('alias', { isAlias: true }),
    spec('plain'),
  ];
  expect(toCommands(specs, plain)).toEqual([
    { name: 'plain', description: 'Does plain', args: '<level> [more]' },
    { name: 'cut', description: `${'ä'.repeat(most - 1)}…` },
    { name: 'whole', description: 'ä'.repeat(most) },
    { name: 'two-lines', description: 'one two' },
  ]);
});

it('a command is listed by what is said for it, if there is such a word', () => {
  const aliases = (name: string) =>
    name === 'think' ? ['/thinking', '/t'] : name === 'none' ? [] : [`/${name}`];
  const names = toCommands(
    [spec('think'), spec('none'), spec('a'.repeat(64)), spec('a'.repeat(65))],
    aliases,
  );
  expect(names.map(({ name }) => name)).toEqual(['thinking', 'a'.repeat(64)]);
});

it.each([limits.commands - 1, limits.commands, limits.commands + 1])(
  'of %i commands, 128 are listed at most',
  (count) => {
    const specs = Array.from({ length: count }, (_, index) => spec(`command-${index}`));
    expect(toCommands(specs, plain)).toHaveLength(Math.min(count, 128));
  },
);
