import { expect, test } from 'vitest';
import { chooseProvider, ProviderError, STAND_IN_CHOICE } from '../src/provider.ts';

const openai = { OPENAI_BASE_URL: 'https://api.example.com/v1', OPENAI_API_KEY: 'k', MODEL: 'm-1' };

test('is the stand-in when the environment names none', () => {
  expect(chooseProvider({})).toBe(STAND_IN_CHOICE);
  expect(chooseProvider({ DASHSCOPE_API_KEY: ' ', OPENAI_API_KEY: '' })).toBe(STAND_IN_CHOICE);
});

test('is Qwen through Bailian with DASHSCOPE_API_KEY', () => {
  expect(chooseProvider({ DASHSCOPE_API_KEY: 'k' })).toEqual({
    baseUrl: 'https://dashscope.aliyuncs.com/compatible-mode/v1',
    apiKey: 'k',
    model: 'qwen-plus',
    label: 'qwen-plus · 百炼 Bailian',
    standIn: false,
  });
});

test('takes another Bailian model from MODEL, and prefers Bailian', () => {
  const choice = chooseProvider({ ...openai, DASHSCOPE_API_KEY: 'd', MODEL: 'qwen-max' });
  expect(choice).toMatchObject({ apiKey: 'd', model: 'qwen-max', standIn: false });
});

test('is any OpenAI-compatible provider with the three variables', () => {
  expect(chooseProvider(openai)).toEqual({
    baseUrl: 'https://api.example.com/v1',
    apiKey: 'k',
    model: 'm-1',
    label: 'm-1 · api.example.com',
    standIn: false,
  });
});

test.each(['OPENAI_BASE_URL', 'OPENAI_API_KEY', 'MODEL'] as const)(
  'names %s when it alone is missing',
  (name) => {
    const failure = () => chooseProvider({ ...openai, [name]: undefined });
    expect(failure).toThrow(ProviderError);
    expect(failure).toThrow(expect.objectContaining({ variable: name }));
  },
);

test.each(['nonsense', 'ftp://example.com/v1'])('refuses the address %s', (address) => {
  expect(() => chooseProvider({ ...openai, OPENAI_BASE_URL: address })).toThrow(
    expect.objectContaining({ variable: 'OPENAI_BASE_URL' }),
  );
});

test('never puts the key into a message or a label', () => {
  const key = 'sk-very-secret';
  expect(() => chooseProvider({ OPENAI_API_KEY: key })).toThrow(expect.not.stringContaining(key));
  expect(JSON.stringify({ ...chooseProvider({ DASHSCOPE_API_KEY: key }), apiKey: '' })).not.toContain(key);
});
