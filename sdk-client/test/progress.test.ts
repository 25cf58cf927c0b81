import type { Signal } from '@websocket-channel/protocol';
import { expect, test } from 'vitest';
import { createProgress } from '../src/progress.ts';
import { clientAndRelay } from './client-and-relay.ts';
import { attached, turn } from './frames.ts';

const setup = clientAndRelay();

async function open() {
  const client = setup.makeClient({ capabilities: ['stream', 'signal', 'progress', 'commands'] });
  const progress = createProgress(client.conversation());
  const connected = client.connect();
  const connection = await setup.relay.nextConnection();
  const { capabilities } = await connection.welcome();
  await connection.next('attach');
  connection.send(attached());
  await connected;
  const say = (...signals: Partial<Signal>[]) =>
    connection.send(
      ...signals.map(
        (signal): Signal => ({
          type: 'signal',
          kind: 'reasoning',
          conversation: 'alice',
          source: 'default',
          turn: 'tu1',
          id: 'th1',
          ...signal,
        }),
      ),
    );
  const texts = () => progress.steps.map(({ kind, text, active }) => [kind, text, active]);
  return { capabilities, client, connection, progress, say, texts };
}

test('the client says what it reads, and gets the commands of the agent', async () => {
  const { capabilities, client, connection } = await open();
  expect(capabilities).toEqual(['stream', 'signal', 'progress', 'commands']);
  const commands = [{ name: 'status', description: 'Tells the status' }];
  connection.send(attached({ agent: { source: 'default', online: true, commands } }));
  await expect.poll(() => client.conversation().agent?.commands).toEqual(commands);
});

test('what the agent thinks and says grows chunk by chunk, and its tools come and go', async () => {
  const { say, texts, progress } = await open();
  let changes = 0;
  const stop = progress.subscribe(() => changes++);
  say(
    { index: 0, content: 'She wants' },
    { index: 1, content: ' her notes.' },
    { index: 1, content: ' her notes.' },
  );
  say({ kind: 'preamble', id: 'pr1', index: 0, content: 'One moment.' });
  say(
    { kind: 'tool', id: 'ca1', content: 'Read notes.md', active: true },
    { kind: 'tool', id: 'ca1', active: false },
  );
  await expect.poll(texts).toEqual([
    ['reasoning', 'She wants her notes.', false],
    ['preamble', 'One moment.', false],
    ['tool', 'Read notes.md', false],
  ]);
  expect(changes).toBe(5);
  stop();
});

test('a chunk that is lost leaves a gap, and the first one starts anew', async () => {
  const { say, texts } = await open();
  say({ index: 3, content: 'later' });
  await expect.poll(texts).toEqual([['reasoning', ' … later', false]]);
  say({ index: 4, content: ' on' }, { index: 6, content: 'and on' });
  await expect.poll(texts).toEqual([['reasoning', ' … later on … and on', false]]);
  say({ index: 0, content: 'From the start' });
  await expect.poll(texts).toEqual([['reasoning', 'From the start', false]]);
});

test('no tool works beyond the end of its turn', async () => {
  const { say, texts, connection } = await open();
  say({ kind: 'tool', id: 'ca1', content: 'Wait', active: true });
  await expect.poll(texts).toEqual([['tool', 'Wait', true]]);
  connection.send(turn('ended', 1));
  await expect.poll(texts).toEqual([['tool', 'Wait', false]]);
});

test('others, other kinds, and what names no turn are not believed', async () => {
  const { say, texts } = await open();
  say({ source: 'mallory', index: 0, content: 'The agent thinks …' }, { kind: 'typing', active: true });
  say({ kind: 'unheard_of', content: 'x' }, { id: 'th2', index: 0, content: 'Well' });
  await expect.poll(texts).toEqual([['reasoning', 'Well', false]]);
});

test('the latest 200 steps are kept', async () => {
  const { say, progress } = await open();
  for (let step = 0; step <= 200; step++) say({ id: `th${step}`, index: 0, content: `${step}` });
  await expect.poll(() => progress.steps.at(-1)?.text).toBe('200');
  expect(progress.steps.map(({ text }) => text)).toHaveLength(200);
  expect(progress.steps[0]?.text).toBe('1');
  progress.close();
});
