import { parseRelayToAgent } from '@websocket-channel/protocol/agent';
import { parseRelayToClient } from '@websocket-channel/protocol/client';
import { parseAgentToRelay, parseClientToRelay } from '@websocket-channel/protocol/relay';

/** A connection of the chain: of a client with the relay, or of the agent with it. */
export type Link = 'client' | 'agent';

/** Which way a frame goes. */
export type Direction = 'to-relay' | 'from-relay';

/** The named steps of a message's way, in their order, as they can be seen on the wire. */
export const steps = [
  'client greets',
  'client attached',
  'event written',
  'event acknowledged',
  'event echoed',
  'agent welcomed',
  'event delivered',
  'turn accepted',
  'event taken over',
  'turn started',
  'first delta',
  'next delta',
  'final written',
  'final shown',
  'turn ended',
  'end shown',
  'answer acknowledged',
] as const;

/** One of {@link steps}. */
export type Step = (typeof steps)[number];

/** Which step a text message is, if it is one. */
export function stepOf(link: Link, direction: Direction, text: string): Step | undefined {
  return link === 'client' ? clientStep(direction, text) : agentStep(direction, text);
}

function clientStep(direction: Direction, text: string): Step | undefined {
  const parsed = direction === 'to-relay' ? parseClientToRelay(text) : parseRelayToClient(text);
  if (parsed.status !== 'frame') return undefined;
  const { frame } = parsed;
  switch (frame.type) {
    case 'hello':
      return 'client greets';
    case 'attached':
      return 'client attached';
    case 'event':
      return direction === 'to-relay' ? 'event written' : 'event echoed';
    case 'ack':
      return 'event acknowledged';
    case 'reply':
      return frame.kind === 'delta' ? undefined : 'final shown';
    case 'turn':
      return frame.status === 'ended' ? 'end shown' : undefined;
    default:
      return undefined;
  }
}

function agentStep(direction: Direction, text: string): Step | undefined {
  const parsed = direction === 'to-relay' ? parseAgentToRelay(text) : parseRelayToAgent(text);
  if (parsed.status !== 'frame') return undefined;
  const { frame } = parsed;
  switch (frame.type) {
    case 'welcome':
      return 'agent welcomed';
    case 'event':
      return 'event delivered';
    case 'received':
      return 'event taken over';
    case 'ack':
      return 'answer acknowledged';
    case 'reply':
      if (frame.kind !== 'delta') return 'final written';
      return frame.index === 0 ? 'first delta' : 'next delta';
    case 'turn':
      return frame.status === 'ended'
        ? 'turn ended'
        : frame.status === 'started'
          ? 'turn started'
          : 'turn accepted';
    default:
      return undefined;
  }
}
