import { afterEach, describe, expect, test, vi } from 'vitest';
import { type BrokenRequirement, checkTraffic } from '../src/development.ts';
import { ack, clientAndRelay, store } from './client-and-relay.ts';
import { delta, reply, turn } from './frames.ts';

const setup = clientAndRelay();

afterEach(() => void vi.restoreAllMocks());

/** A client whose traffic is checked, online. */
async function checked() {
  const broken: BrokenRequirement[] = [];
  const client = setup.makeClient();
  const stop = checkTraffic(client, (requirement) => broken.push(requirement));
  const connection = await setup.online(client);
  return { client, connection, broken, stop };
}

describe('the check of the traffic', () => {
  test('has nothing to say of a lawful conversation, over a loss of the connection too', async () => {
    const { client, connection, broken } = await checked();
    const exchange = client.send('Hello', { id: 'ev1' });
    await store(connection, 1);
    connection.send(turn('accepted'), delta('rp1', 0, 'Hel'), delta('rp1', 1, 'lo'));
    await expect.poll(() => client.conversation().messages.at(-1)?.content).toBe('Hello');
    connection.kill();
    const next = await setup.resumed(1);
    next.send(delta('rp1', 0, 'Hello', { count: 2, replace: true }));
    next.send(reply('rp1', 2, { turn: 'tu1' }), turn('ended', 3));
    await exchange.ended;
    expect(broken).toEqual([]);
  });

  test('names the requirement, who broke it, and the message that shows it', async () => {
    setup.breaks('relay R-ACK-1');
    const { client, connection, broken } = await checked();
    connection.send(ack('nobody-sent-this', 1), reply('rp1', 1));
    await expect.poll(() => client.conversation().messages).toHaveLength(1);
    expect(broken).toEqual([
      {
        requirement: 'R-ACK-1',
        by: 'relay',
        entry: 5,
        message: '`ack` of nobody-sent-this, which was not submitted',
        text: JSON.stringify(ack('nobody-sent-this', 1)),
        at: expect.any(Number),
      },
    ]);
  });

  test('names a message that breaks its schema', async () => {
    setup.breaks('relay R-FRAME-10', 'relay R-FRAME-1');
    const { client, connection, broken } = await checked();
    connection.sendText('{"type":"reply","kind":"final","conversation":"alice"}');
    connection.sendText('Hello');
    connection.send(reply('rp1', 1));
    await expect.poll(() => client.conversation().messages).toHaveLength(1);
    expect(broken).toMatchObject([
      { requirement: 'R-FRAME-10', message: '/content breaks the rule required' },
      { requirement: 'R-FRAME-1', text: 'Hello' },
    ]);
  });

  test('warns on the console where nobody asks for more', async () => {
    setup.breaks('relay R-ATTACH-6');
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const client = setup.makeClient();
    checkTraffic(client);
    const connection = await setup.online(client);
    connection.send(reply('rp1', 1, { conversation: 'bob' }), reply('rp2', 1));
    await expect.poll(() => client.conversation().messages).toHaveLength(1);
    expect(warn.mock.calls).toEqual([
      [
        expect.stringMatching(
          /^websocket-channel: the relay broke R-ATTACH-6 in message 5: .+\n{"type":"reply"/,
        ),
      ],
    ]);
  });

  test('begins with the next connection, and ends when it is told to', async () => {
    setup.breaks('relay R-ACK-1', 'relay R-ACK-1', 'relay R-ACK-1');
    const client = setup.makeClient();
    const first = await setup.online(client);
    const broken: BrokenRequirement[] = [];
    const stop = checkTraffic(client, (requirement) => broken.push(requirement));
    first.send(ack('ev8', 1), reply('rp1', 1));
    await expect.poll(() => client.conversation().messages).toHaveLength(1);
    expect(broken).toEqual([]);
    first.kill();
    const second = await setup.resumed(1);
    second.send(ack('ev9', 1), reply('rp2', 2));
    await expect.poll(() => client.conversation().messages).toHaveLength(2);
    expect(broken).toHaveLength(1);
    stop();
    second.send(ack('ev9', 1), reply('rp3', 3));
    await expect.poll(() => client.conversation().messages).toHaveLength(3);
    expect(broken).toHaveLength(1);
  });
});
