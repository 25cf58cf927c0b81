import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Parser } from '@asyncapi/parser';
import { beforeAll, describe, expect, test } from 'vitest';
import { directions } from '../src/schema/message.ts';
import { registry } from '../src/schema/registry.ts';

const source = readFileSync(join(import.meta.dirname, '..', 'asyncapi.yaml'), 'utf8');

/** A diagnostic of the official parser: 0 is an error, 1 a warning; what is below is advice. */
const warning = 1;

describe('asyncapi.yaml', { timeout: 60_000 }, () => {
  let parsed: Awaited<ReturnType<Parser['parse']>>;
  beforeAll(async () => {
    parsed = await new Parser().parse(source);
  }, 60_000);

  test('passes the official parser without error or warning', () => {
    expect(parsed.diagnostics.filter(({ severity }) => severity <= warning)).toEqual([]);
    expect(parsed.document?.version()).toBe('3.0.0');
  });

  test('has an operation per direction with the frames that the registry sends that way', () => {
    const operations = parsed.document!.operations().all();
    expect(operations.map((operation) => operation.id())).toEqual([...directions]);
    for (const operation of operations) {
      const types = operation
        .messages()
        .all()
        .map((message) => message.name());
      const expected = registry.filter(
        ({ schemas }) => schemas[operation.id() as (typeof directions)[number]],
      );
      expect(types.toSorted()).toEqual(expected.map(({ type }) => type).toSorted());
      expect(operation.action()).toBe(operation.id()?.endsWith('-to-relay') ? 'receive' : 'send');
    }
  });

  test('has a channel for clients and one for agents, on one relay', () => {
    const channels = parsed.document!.channels().all();
    expect(channels.map((channel) => [channel.id(), channel.address()])).toEqual([
      ['client', '/'],
      ['agent', '/openclaw'],
    ]);
    expect(channels.map((channel) => channel.servers().all().length)).toEqual([1, 1]);
  });

  test('gives each message its payload schema and examples that are legal', () => {
    const messages = parsed.document!.allMessages().all();
    for (const message of messages) {
      expect(message.payload()?.properties()?.type?.const(), message.id()).toBe(message.name());
    }
    expect(messages.filter((message) => message.examples().all().length === 0)).toEqual([]);
  });

  test('says that the token travels in hello', () => {
    const [scheme] = parsed.document!.securitySchemes().all();
    expect(scheme!.description()).toContain('`token` of `hello`');
  });

  test('is refused by the parser once it is broken', async () => {
    const broken = source.replace('action: receive', 'action: eavesdrop');
    const { document, diagnostics } = await new Parser().parse(broken);
    expect(document).toBeUndefined();
    expect(diagnostics.some(({ severity }) => severity === 0)).toBe(true);
  });
});
