import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { AgentToRelay, Event, RelayToAgent } from '../src/index.ts';
import { encode, subprotocol } from '../src/index.ts';

/** Stands in for the OpenClaw side: it streams "You said: …" in two chunks. */
export interface StandInAgent {
  /** Sends the rest of the answer at which it stopped. */
  goOn(): void;
  close(): Promise<void>;
}

/** Connects an agent that stops in the middle of its answer to one content. */
export async function connectStandInAgent(url: string, pausesAt: string): Promise<StandInAgent> {
  const socket = new WebSocket(url, subprotocol);
  const rest = Promise.withResolvers<void>();
  const welcome = Promise.withResolvers<void>();
  const say = (...frames: AgentToRelay[]): void => frames.forEach((frame) => void socket.send(encode(frame)));

  async function answer({ id = '', content, conversation = '' }: Event): Promise<void> {
    const [events, turn, reply] = [[id], `tu-${id}`, `rp-${id}`];
    const chunk = (index: number, text: string): AgentToRelay => ({
      type: 'reply',
      kind: 'delta',
      id: reply,
      conversation,
      turn,
      index,
      content: text,
    });
    say(
      { type: 'turn', id: turn, conversation, status: 'accepted', events },
      { type: 'received', conversation, events },
      { type: 'turn', id: turn, conversation, status: 'started', events },
      chunk(0, 'You said: '),
    );
    if (content === pausesAt) await rest.promise;
    say(
      chunk(1, content),
      {
        type: 'reply',
        kind: 'final',
        id: reply,
        conversation,
        turn,
        events,
        content: `You said: ${content}`,
      },
      { type: 'turn', id: turn, conversation, status: 'ended', events, outcome: 'completed' },
    );
  }

  socket.on('message', (data) => {
    const frame = JSON.parse(String(data)) as RelayToAgent;
    if (frame.type === 'welcome') welcome.resolve();
    else if (frame.type === 'ping') say({ ...frame, type: 'pong' });
    else if (frame.type === 'event') void answer(frame);
  });
  socket.on('close', (code, reason) => welcome.reject(new Error(`The relay closed: ${code} ${reason}`)));
  await once(socket, 'open');
  say({ type: 'hello', role: 'agent', versions: [1], stream: 'token' });
  await welcome.promise;
  return {
    goOn: rest.resolve,
    async close() {
      const closed = once(socket, 'close');
      socket.close(1000);
      await closed;
    },
  };
}
