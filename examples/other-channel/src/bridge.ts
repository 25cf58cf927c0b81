import {
  type AgentPresence,
  capabilities,
  type Event,
  type EventSubmission,
  encode,
  type Hello,
  mintId,
  type RelayToClient,
  type Reply,
  type Turn,
  versions,
} from '@websocket-channel/protocol';
import { parseRelayToClient } from '@websocket-channel/protocol/client';
import { createLink, type LinkSocket, type LinkState } from '@websocket-channel/protocol/link';
import { createReader } from './cursor.ts';
import { lineOfError, lineOfTurn, linesOf, readLine } from './lines.ts';
import { createOutbox } from './outbox.ts';

/** Where to chat, as whom, and where lines go. */
export interface BridgeOptions {
  readonly url: string;
  readonly token?: string;
  /** Shows one line to the people on the other channel. */
  readonly print: (line: string) => void;
  /** The bridge is done: somebody quit, or the relay does not want it. */
  readonly onEnd: () => void;
}

/** Carries lines of another channel to an agent, and the agent's replies back. */
export interface Bridge {
  /** Takes a line that somebody typed. */
  take(line: string): void;
}

/** Starts a bridge as one client of a relay. */
export function startBridge({ url, token, print, onEnd }: BridgeOptions): Bridge {
  const outbox = createOutbox();
  const reader = createReader();
  let attached = false;
  const link = createLink({
    url,
    parse: parseRelayToClient,
    openSocket: (address, subprotocols) => new WebSocket(address, [...subprotocols]) as LinkSocket,
    token: () => token,
    hello: (current): Hello => ({
      type: 'hello',
      role: 'client',
      versions: [...versions],
      capabilities: [capabilities.signal],
      software: { name: 'other-channel', version: '0.0.0' },
      ...(current !== undefined && { token: current }),
      ...(reader.cursor !== undefined && { attach: [reader.cursor] }),
    }),
    onState: showState,
    onWelcome({ identity }) {
      attached = false;
      print(`* connected as ${identity.source}`);
    },
    onFrame: takeFrame,
  });
  link.start();

  function takeFrame(frame: RelayToClient): void {
    switch (frame.type) {
      case 'attached':
        attached = true;
        reader.attached(frame);
        if (frame.recovered !== 'complete') print('* older messages are missing');
        showPresence(frame.agent);
        for (const event of outbox.pending()) send(event);
        return;
      case 'ack':
        return outbox.settle(frame.id);
      case 'error': {
        const event = outbox.refuse(frame);
        if (event !== undefined) setTimeout(() => send(event), frame.retryAfterMs ?? 1000).unref();
        return print(lineOfError(frame));
      }
      case 'event':
      case 'reply':
      case 'turn':
        return takeMessage(frame);
      case 'signal':
        if (frame.kind === 'presence' && frame.agent !== undefined) showPresence(frame.agent);
    }
  }

  function takeMessage(frame: Event | Reply | Turn): void {
    switch (frame.seq === undefined ? 'new' : reader.take(frame.seq)) {
      case 'known':
        return;
      case 'gap':
        link.write(encode({ type: 'attach', ...reader.cursor! }));
        return;
      case 'new':
        break;
    }
    if (frame.type === 'turn') {
      // A relay of the core profile acknowledges nothing: an answer proves as much.
      frame.events.forEach(outbox.settle);
      const line = lineOfTurn(frame);
      if (line !== undefined) print(line);
    } else {
      if (frame.type === 'event' && frame.id !== undefined) outbox.settle(frame.id);
      linesOf(frame).forEach(print);
    }
  }

  /** Before the attachment everything waits: it is sent then, in order. */
  function send(event: EventSubmission): void {
    if (attached) link.write(encode(event));
  }

  const showPresence = ({ source, online }: AgentPresence): void =>
    print(`* ${source} is ${online ? 'here' : 'away'}`);

  function showState(state: LinkState): void {
    if (state.status === 'waiting') print(`* connection lost: ${state.loss.reason || state.loss.code}`);
    if (state.status !== 'closed') return;
    if (state.loss !== undefined)
      print(`* the relay refuses the connection: ${state.loss.reason || state.loss.code}`);
    onEnd();
  }

  return {
    take(line) {
      const command = readLine(line);
      switch (command?.type) {
        case 'say': {
          const event = {
            type: 'event',
            id: mintId(),
            content: command.text,
            timestamp: Date.now(),
          } as const;
          return outbox.add(event) ? send(event) : print('! too much is waiting to be sent');
        }
        case 'stop':
          if (reader.cursor === undefined) return print('! not connected');
          link.write(encode({ type: 'cancel', conversation: reader.cursor.conversation }));
          return;
        case 'quit':
          link.write(encode({ type: 'bye', reason: 'done' }));
          return link.stop();
        case 'unknown':
          return print(`! no command /${command.word}: say something, /stop or /quit`);
      }
    },
  };
}
