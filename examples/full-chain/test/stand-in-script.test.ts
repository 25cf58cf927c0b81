import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_TOKEN_DELAY_MS, lastQuestion, planReply, tokenize } from '../src/stand-in-script.ts';

const ask = (content: string) => planReply([{ role: 'user', content }]);
const textOf = (content: string) => {
  const script = ask(content);
  return script.kind === 'text' ? script.tokens.join('') : script;
};

describe('the question', () => {
  test('is the last thing the person said, without what the Gateway puts around it', () => {
    const messages = [
      { role: 'system', content: 'be nice' },
      { role: 'user', content: 'earlier' },
      { role: 'assistant', content: 'yes' },
      { role: 'user', content: '[Sun 2026-11-22 17:17 UTC] 你好\n\nRuntime: agent=main | os=Linux (x64)' },
      { role: 'user', content: [{ type: 'text', text: '<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>> SAY:no:END' }] },
    ];
    expect(lastQuestion(messages)).toBe('你好');
  });

  test('may come in parts', () => {
    expect(lastQuestion([{ role: 'user', content: [{ type: 'text', text: 'hello' }] }])).toBe('hello');
  });

  test('is empty when nobody asked', () => {
    expect(lastQuestion([{ role: 'system', content: 'x' }])).toBe('');
  });
});

describe('the reply', () => {
  test('speaks the language of the question and says that it is a stand-in', () => {
    expect(textOf('你好，请介绍一下自己')).toMatch(/离线替身/);
    expect(textOf('Hi, who are you?')).toMatch(/offline stand-in/);
  });

  test('SAY is said literally', () => {
    expect(textOf('please SAY:**hi**\nthere:END now')).toBe('**hi**\nthere');
  });

  test('COUNT yields one token per number', () => {
    const script = ask('COUNT 12');
    expect(script).toMatchObject({ kind: 'text', delayMs: DEFAULT_TOKEN_DELAY_MS });
    expect(script.kind === 'text' && script.tokens).toHaveLength(12);
    expect(textOf('COUNT 12')).toBe('1 2 3 4 5 6 7 8 9 10 11 12');
  });

  test('HOLD is the name by which the answer goes on, also to a question that says nothing else', () => {
    expect(ask('COUNT 3 HOLD here')).toMatchObject({ kind: 'text', hold: 'here' });
    expect(ask('hello HOLD there')).toMatchObject({ kind: 'text', hold: 'there' });
    expect(ask('COUNT 3')).not.toHaveProperty('hold');
  });

  test('DELAY sets the pause before each token', () => {
    expect(ask('COUNT 3 DELAY 7')).toMatchObject({ delayMs: 7 });
  });

  test('FAIL answers with a status, of 400 and above only', () => {
    expect(ask('FAIL 503')).toEqual({ kind: 'fail', status: 503 });
    expect(ask('FAIL 200')).toMatchObject({ kind: 'text' });
  });

  test('TOOL calls a tool, and tells its result afterwards', () => {
    const question = { role: 'user', content: 'TOOL read {"path":"a.md"}' };
    const call = { kind: 'tool', name: 'read', json: '{"path":"a.md"}' };
    expect(planReply([question])).toMatchObject({ ...call, tokens: [] });
    const talking = { role: 'user', content: `COUNT 2\n${question.content}` };
    expect(planReply([talking])).toMatchObject({ ...call, tokens: ['1', ' 2'] });
    const after = planReply([
      question,
      { role: 'assistant', content: null },
      { role: 'tool', content: 'file text' },
    ]);
    expect(after.kind === 'text' && after.tokens.join('')).toContain('file text');
  });

  test('a tool result of an earlier question does not count', () => {
    const script = planReply([
      { role: 'user', content: 'TOOL read {}' },
      { role: 'tool', content: 'old' },
      { role: 'user', content: 'SAY:new:END' },
    ]);
    expect(script).toMatchObject({ kind: 'text', tokens: ['new'] });
  });
});

test('tokens joined are the text again', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.string({ unit: 'binary' })),
      (text) => tokenize(text).join('') === text,
    ),
  );
  expect(tokenize('你好，world wide')).toEqual(['你好', '，world', ' wide']);
});
