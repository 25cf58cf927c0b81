import { once } from 'node:events';
import { type AgentToRelay, encode, type RelayToAgent, subprotocol } from '@websocket-channel/protocol';
import { WebSocket } from 'ws';

/** Stands in for the OpenClaw Gateway with its plugin: speaks the protocol, and streams back what it was asked. */
export interface TestAgent {
  close(): void;
}

/** Connects a test agent. @throws Error when the relay does not welcome it. */
export async function connectTestAgent(url: string, token: string): Promise<TestAgent> {
  const socket = new WebSocket(url, subprotocol);
  const send = (...frames: AgentToRelay[]) => {
    for (const frame of frames) socket.send(encode(frame));
  };
  const welcome = Promise.withResolvers<void>();
  socket.on('close', (code, reason) => welcome.reject(new Error(`The relay closed: ${code} ${reason}`)));
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data)) as RelayToAgent;
    if (frame.type === 'welcome') welcome.resolve();
    else if (frame.type === 'ping') send({ ...frame, type: 'pong' });
    else if (frame.type === 'event')
      send(...answersTo(frame.conversation ?? '', frame.id ?? '', frame.content));
  });
  await once(socket, 'open');
  send({ type: 'hello', role: 'agent', versions: [1], token, stream: 'token' });
  await welcome.promise;
  return { close: () => socket.close() };
}

/** Everything that a real agent says about an event. */
function answersTo(conversation: string, event: string, question: string): AgentToRelay[] {
  const events = [event];
  const turn = `turn-${event}`;
  const id = `reply-${event}`;
  const chunks = ['You asked: ', question];
  return [
    { type: 'received', conversation, events },
    { type: 'turn', id: turn, conversation, status: 'accepted', events },
    { type: 'turn', id: turn, conversation, status: 'started', events },
    ...chunks.map(
      (content, index): AgentToRelay => ({
        type: 'reply',
        kind: 'delta',
        id,
        conversation,
        turn,
        index,
        content,
      }),
    ),
    { type: 'reply', kind: 'final', id, conversation, turn, events, content: chunks.join('') },
    { type: 'turn', id: turn, conversation, status: 'ended', events, outcome: 'completed' },
  ];
}
