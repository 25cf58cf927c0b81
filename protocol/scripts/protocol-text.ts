import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { capabilities } from '../src/capabilities.ts';
import { closeCodes } from '../src/close-codes.ts';
import { errorCodes } from '../src/error-codes.ts';
import { limits } from '../src/limits.ts';
import { requirements } from '../src/requirements.ts';
import type { Message } from '../src/schema/message.ts';

const root = join(import.meta.dirname, '..');
const texts = ['PROTOCOL.md', 'CLIENT.md'];

/** The normative texts with their generated parts filled in from the registry and the requirements. */
export function protocolTexts(registry: readonly Message[]): [string, string][] {
  return texts.map((path) => [
    path,
    readFileSync(join(root, path), 'utf8').replace(
      /(<!-- generated:(\w+) ?(\w*) -->\n)[\s\S]*?(<!-- \/generated -->)/g,
      (_, open: string, kind: string, topic: string, close: string) =>
        `${open}${part(kind, topic, registry)}\n${close}`,
    ),
  ]);
}

function part(kind: string, topic: string, registry: readonly Message[]): string {
  switch (kind) {
    case 'requirements':
      return requirementList(topic);
    case 'messages':
      return messageTable(registry);
    case 'limits':
      return table(['bound', 'value', 'of'], documented('src/limits.ts', limits));
    case 'capabilities':
      return table(
        ['capability', 'its peer'],
        documented('src/capabilities.ts', capabilities).map(([name, , text]) => [name!, text!]),
      );
    case 'errors':
      return table(
        ['code', 'retryable', 'meaning'],
        Object.entries(errorCodes).map(([code, { retryable, meaning }]) => [
          `\`${code}\``,
          retryable ? 'yes' : 'no',
          meaning,
        ]),
      );
    case 'closes':
      return table(
        ['code', 'name', 'meaning'],
        documented('src/close-codes.ts', closeCodes).map(([name, code, text]) => [code!, name!, text!]),
      );
    default:
      throw new Error(`No generated part is called ${kind}`);
  }
}

function requirementList(topic: string): string {
  const rows = requirements.filter(({ id }) => id.startsWith(`R-${topic}-`));
  if (rows.length === 0) throw new Error(`No requirement is about ${topic}`);
  return rows
    .map(({ id, profile, subjects, text }) => `- **${id}** (${subjects.join(', ')}; ${profile}) ${text}`)
    .join('\n');
}

function messageTable(registry: readonly Message[]): string {
  const rows = registry.map(({ type, planes, schemas, capability, requirements: ids }) => {
    const schema = schemas['relay-to-client'] ?? schemas['relay-to-agent'] ?? Object.values(schemas)[0]!;
    const ways = Object.keys(schemas).map((direction) =>
      direction.replace(/(\w)\w*-to-(\w)\w*/, (_, from: string, to: string) => `${from}→${to}`.toUpperCase()),
    );
    const members = Object.keys(schema.properties).filter((name) => name !== 'type');
    const required = new Set(schema.required ?? []);
    return [
      `\`${type}\``,
      ways.join(' '),
      planes.join(', '),
      members.map((name) => (required.has(name) ? `**${name}**` : name)).join(' '),
      `${schema.description ?? ''}${capability === undefined ? '' : ` Capability \`${capability}\`.`}`,
      ids.map((id) => id.replace('R-', '')).join(' '),
    ];
  });
  const head = ['type', 'way', 'plane', 'members as delivered (**required**)', 'meaning', 'bound by R-…'];
  return table(head, rows);
}

/** The members of a constant with the comment above each, so that a meaning is written once. */
function documented(path: string, constant: Readonly<Record<string, unknown>>): string[][] {
  const source = readFileSync(join(root, path), 'utf8');
  return Object.entries(constant).map(([name, value]) => {
    const comment = new RegExp(`/\\*\\* (.*?) \\*/\\s*${name}:`, 's').exec(source)?.[1];
    if (comment === undefined) throw new Error(`${path}: ${name} has no comment`);
    return [
      `\`${name}\``,
      String(value),
      comment.slice(comment.lastIndexOf('/** ') + 1).replace(/^\*\* /, ''),
    ];
  });
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
