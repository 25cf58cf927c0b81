/**
 * `agent-process.ts <url> <token> <journal>`: an agent that speaks the protocol and keeps an agent's promises also when it
 * is killed, without a Gateway and a model: it stands in for them where many messages are to be carried. It answers each
 * event with {@link answerTo} it, word by word.
 */
import { setTimeout as pause } from 'node:timers/promises';
import {
  type AgentToRelay,
  type Event,
  encode,
  type RelayToAgent,
  versions,
} from '@websocket-channel/protocol';
import { parseRelayToAgent } from '@websocket-channel/protocol/agent';
import { createLink, type LinkSocket } from '@websocket-channel/protocol/link';
import { WebSocket } from 'ws';
import { type DurableFrame, openAgentJournal } from './agent-journal.ts';
import { answerTo } from './messages.ts';

const [url = '', token = '', file = ''] = process.argv.slice(2);
const wordMs = 2;
const journal = openAgentJournal(file);
/** Per conversation: one turn after the other. */
const lanes = new Map<string, Promise<void>>();

const link = createLink<RelayToAgent>({
  url,
  openSocket: (address, subprotocols) => new WebSocket(address, [...subprotocols]) as LinkSocket,
  parse: parseRelayToAgent,
  hello: () => ({ type: 'hello', role: 'agent', versions: [...versions], stream: 'token', token }),
  backoff: { minMs: 20, maxMs: 400 },
  onState() {},
  onWelcome() {
    for (const frame of journal.unacknowledged.values()) live(frame);
  },
  onFrame(frame) {
    if (frame.type === 'event') take(frame);
    else if (frame.type === 'ack') journal.acknowledge(frame.id);
    else if (frame.type === 'error' && frame.ref !== undefined) repeat(frame.ref, frame.retryAfterMs);
  },
});

const live = (frame: AgentToRelay): void => void link.write(encode(frame));

/** Says again what the relay could not store. */
async function repeat(id: string, afterMs = 200): Promise<void> {
  await pause(afterMs);
  const frame = journal.unacknowledged.get(id);
  if (frame !== undefined) live(frame);
}

function take(event: Event): void {
  const { id = '', conversation = '' } = event;
  if (!journal.knows(id)) {
    journal.take({ ...event, id });
    enter({ ...event, id });
  }
  live({ type: 'received', conversation, events: [id] });
}

function enter(event: Event & { readonly id: string }): void {
  const { conversation = '' } = event;
  lanes.set(
    conversation,
    (lanes.get(conversation) ?? Promise.resolve()).then(() => run(event)),
  );
}

async function run({ id, conversation = '', content }: Event & { readonly id: string }): Promise<void> {
  const events = [id];
  const turn = `turn-${id}`;
  const reply = `reply-${id}`;
  const answer = answerTo(id, content);
  live({ type: 'turn', id: turn, conversation, status: 'accepted', events });
  live({ type: 'turn', id: turn, conversation, status: 'started', events });
  for (const [index, word] of (answer.match(/\S+\s*/g) ?? []).entries()) {
    // Whatever an earlier process streamed of this reply is void.
    const start = index === 0 && { replace: true };
    live({ type: 'reply', kind: 'delta', id: reply, conversation, turn, index, ...start, content: word });
    await pause(wordMs);
  }
  const frames: DurableFrame[] = [
    { type: 'reply', kind: 'final', id: reply, conversation, turn, events, content: answer },
    { type: 'turn', id: turn, conversation, status: 'ended', events, outcome: 'completed' },
  ];
  journal.answer(id, frames);
  for (const frame of frames) live(frame);
}

process.on('disconnect', () => process.exit());
for (const event of journal.open.values()) enter(event as Event & { readonly id: string });
link.start();
