/**
 * `agent-process.ts <url> <token> <journal>`: an agent that speaks the protocol and keeps an agent's promises also when it
 * is killed, without a Gateway and a model: it stands in for them where many messages are to be carried. It answers each
 * event with {@link answerTo} it, word by word.
 */
import { setTimeout as pause } from 'node:timers/promises';
import {
  type Ack,
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
    const conversations = [...journal.unacknowledged.values()].map(({ conversation }) => conversation);
    for (const conversation of new Set(conversations)) proceed(conversation);
  },
  onFrame(frame) {
    if (frame.type === 'event') take(frame);
    else if (frame.type === 'ack') settle(frame);
    else if (frame.type === 'error' && frame.ref !== undefined) void repeat(frame.ref, frame.retryAfterMs);
  },
});

const live = (frame: AgentToRelay): void => void link.write(encode(frame));

/**
 * Says the first thing in a conversation that the relay has not stored yet. One at a time, so that what is refused and
 * said again is not overtaken by what follows.
 */
function proceed(conversation: string): void {
  for (const frame of journal.unacknowledged.values())
    if (frame.conversation === conversation) return live(frame);
}

function settle({ id, conversation }: Ack): void {
  journal.acknowledge(id);
  proceed(conversation);
}

/** Says again what the relay could not store. */
async function repeat(id: string, afterMs = 200): Promise<void> {
  const frame = journal.unacknowledged.get(id);
  if (frame === undefined) return;
  await pause(afterMs);
  proceed(frame.conversation);
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
  proceed(conversation);
}

process.on('disconnect', () => process.exit());
for (const event of journal.open.values()) enter(event as Event & { readonly id: string });
link.start();
