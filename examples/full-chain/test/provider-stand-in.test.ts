import { once } from 'node:events';
import { request } from 'node:http';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type ProviderStandIn, startProviderStandIn } from '../src/provider-stand-in.ts';

let standIn: ProviderStandIn;
beforeEach(async () => {
  standIn = await startProviderStandIn();
});
afterEach(() => standIn.close());

const post = (body: unknown) =>
  fetch(`${standIn.url}/chat/completions`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const ask = (content: string, more: object = {}) => post({ messages: [{ role: 'user', content }], ...more });

async function chunksOf(response: Response) {
  const lines = (await response.text()).trim().split('\n\n');
  expect(lines.pop()).toBe('data: [DONE]');
  return lines.map((line) => JSON.parse(line.replace(/^data: /, '')));
}

test('streams one chunk per token, then the reason, the usage and the end', async () => {
  const response = await ask('COUNT 3 DELAY 0', { stream: true, stream_options: { include_usage: true } });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const chunks = await chunksOf(response);
  expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? null)).toEqual([
    '',
    '1',
    ' 2',
    ' 3',
    null,
    null,
  ]);
  expect(chunks.at(-2).choices[0].finish_reason).toBe('stop');
  expect(chunks.at(-1)).toMatchObject({
    object: 'chat.completion.chunk',
    choices: [],
    usage: { completion_tokens: 3 },
  });
});

test('waits in the middle until it is told to go on', async () => {
  const response = await ask('COUNT 4 DELAY 0 HOLD here', { stream: true });
  const decoder = new TextDecoder();
  let text = '';
  const reader = response.body!.getReader();
  while (!text.includes('" 2"')) text += decoder.decode((await reader.read()).value);
  expect(text).not.toContain('" 3"');
  standIn.proceed('here');
  while (!text.includes('[DONE]')) text += decoder.decode((await reader.read()).value);
  expect(text).toContain('" 4"');
  expect(await (await ask('COUNT 2 DELAY 0 HOLD here')).json()).toMatchObject({
    choices: [{ message: { content: '1 2' } }],
  });
});

test('does not go on where the caller left while it waited', async () => {
  const leaving = new AbortController();
  const asked = fetch(`${standIn.url}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ messages: [{ role: 'user', content: 'COUNT 2 HOLD away' }] }),
    signal: leaving.signal,
  });
  await vi.waitFor(() => expect(standIn.requests).toHaveLength(1));
  leaving.abort();
  await expect(asked).rejects.toThrow();
  await vi.waitFor(() => expect(standIn.requests[0]?.aborted).toBe(true));
});

test('leaves the usage out unless it is asked for', async () => {
  const chunks = await chunksOf(await ask('SAY:x:END DELAY 0', { stream: true }));
  expect(chunks.some((chunk) => 'usage' in chunk)).toBe(false);
});

test('streams a tool call', async () => {
  const chunks = await chunksOf(await ask('TOOL read {"path":"a"}', { stream: true }));
  const call = chunks.find((chunk) => chunk.choices[0].delta.tool_calls)?.choices[0].delta.tool_calls[0];
  expect(call).toMatchObject({
    index: 0,
    type: 'function',
    function: { name: 'read', arguments: '{"path":"a"}' },
  });
  expect(chunks.at(-1).choices[0].finish_reason).toBe('tool_calls');
});

test('answers in one piece without stream', async () => {
  const body = await (await ask('SAY:你好:END DELAY 0')).json();
  expect(body).toMatchObject({
    object: 'chat.completion',
    choices: [{ message: { role: 'assistant', content: '你好' }, finish_reason: 'stop' }],
  });
});

test('fails with the status it is asked for', async () => {
  const response = await ask('FAIL 429', { stream: true });
  expect(response.status).toBe(429);
  expect(await response.json()).toMatchObject({ error: { message: expect.stringMatching(/stand-in/i) } });
});

test('records when a request came, spoke and ended', async () => {
  const before = performance.timeOrigin + performance.now();
  await (await ask('COUNT 3 DELAY 10', { stream: true })).text();
  const [entry] = standIn.requests;
  expect(entry).toMatchObject({ question: 'COUNT 3 DELAY 10', stream: true, aborted: false });
  const times = [before, entry?.receivedAt, entry?.firstTokenAt, entry?.doneAt] as number[];
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect((entry?.doneAt ?? 0) - (entry?.firstTokenAt ?? 0)).toBeGreaterThan(15);
});

test('records all that the model was given', async () => {
  const messages = [
    { role: 'system', content: 'be kind' },
    { role: 'user', content: [{ type: 'text', text: 'SAY:ok:END DELAY 0' }] },
  ];
  await (await post({ messages })).text();
  expect(standIn.requests[0]?.context).toBe('be kind\n\nSAY:ok:END DELAY 0');
});

test('notices that the caller has gone, and stops', async () => {
  const call = request(`${standIn.url}/chat/completions`, { method: 'POST' });
  call.end(JSON.stringify({ stream: true, messages: [{ role: 'user', content: 'COUNT 100000 DELAY 5' }] }));
  const [response] = await once(call, 'response');
  await once(response, 'data');
  call.destroy();
  await vi.waitFor(() => expect(standIn.requests[0]?.aborted).toBe(true));
  expect(standIn.requests[0]?.doneAt).toBeUndefined();
});

test.each([
  ['not JSON', '{'],
  ['no object', '7'],
  ['no messages', '{"model":"x"}'],
])('refuses a body that is %s', async (_what, body) => {
  const response = await post(body);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { type: 'stand_in_error' } });
  expect(standIn.requests).toHaveLength(0);
});

test('knows no other path', async () => {
  expect((await fetch(`${standIn.url}/models`)).status).toBe(404);
});
