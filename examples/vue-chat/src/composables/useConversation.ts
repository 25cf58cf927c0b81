import {
  type Client,
  type ClientOptions,
  type Conversation,
  createClient,
  type Message,
  type SendOptions,
} from '@websocket-channel/sdk-client';
import { createIndexedDbOutbox } from '@websocket-channel/sdk-client/indexeddb';
import { createProgress } from '@websocket-channel/sdk-client/progress';
import { onScopeDispose, readonly, shallowRef } from 'vue';
import { oncePerFrame } from '../animation-frame.ts';
import { type Guest, nameOf } from '../guest.ts';
import { recallParticipant, rememberParticipant } from './useBrowserSecret.ts';
import { useHistory } from './useHistory.ts';

const capabilities: NonNullable<ClientOptions['capabilities']> = [
  'stream',
  'signal',
  'receipt',
  'progress',
  'commands',
];

/** Which relay, as whom, and whether that relay hands out the past in pages. */
interface ConversationOptions {
  readonly url: string;
  readonly guest: Guest;
  readonly pages: boolean;
}

/**
 * Connects to a relay and shows the guest's conversation. `view` is an immutable snapshot, renewed at most
 * once per animation frame, however fast the reply streams. What waits for the relay is kept in the browser for
 * a guest whose id is known. The client is closed with the component.
 */
export function useConversation({ url, guest, pages }: ConversationOptions) {
  // What the browser keeps has to be marked with whose it is, which a guest without a name is told by the relay.
  const participant = nameOf(guest) ?? recallParticipant();
  const outbox =
    participant === undefined
      ? undefined
      : createIndexedDbOutbox({ participant, onDurability: () => frame.request() });
  const replay = pages ? 'none' : 'all';
  const client = createClient({
    url,
    ...guest,
    capabilities,
    replay,
    ...(outbox !== undefined && { outbox }),
  });
  const conversation = client.conversation();
  const progress = createProgress(conversation);
  const { past, earlier } = useHistory(conversation, pages);

  /** What was taken out of view where the browser keeps nothing. */
  const discarded = new Set<string>();
  const snapshot = () => ({
    status: client.status,
    identity: client.identity,
    takesFiles: client.files !== undefined,
    durability: outbox?.durability ?? 'memory',
    steps: progress.steps,
    ...read(conversation, discarded),
  });
  const view = shallowRef(snapshot());
  const frame = oncePerFrame(() => {
    view.value = snapshot();
  });

  const stops = [
    client.on('status', () => {
      if ('token' in guest && client.identity !== undefined) rememberParticipant(client.identity.source);
      frame.request();
    }),
    conversation.subscribe(frame.request),
    progress.subscribe(frame.request),
    progress.close,
  ];
  onScopeDispose(() => {
    for (const stop of stops) stop();
    frame.cancel();
    client.close();
  });

  return {
    client,
    view: readonly(view),
    past,
    /** Loads older messages; they are in `view` when it settles, so that the reader's place can be kept. */
    earlier: async () => {
      await earlier();
      view.value = snapshot();
    },
    connect: async () => {
      if (import.meta.env.DEV) await checkInDevelopment(client);
      // A refusal is part of the status that the page shows.
      client.connect().catch(() => frame.request());
    },
    send: (content: string, attachments: SendOptions['attachments']) =>
      conversation.send(content, { ...(attachments !== undefined && { attachments }) }),
    /** Presses a button of a message. */
    press: (target: Message, action: string) =>
      conversation.send(action, { kind: 'action', target: target.id }),
    /** Says again, in its place, what the relay refused. */
    repeat: ({ id, kind, content, target, attachments }: Message) =>
      conversation.send(content, {
        id,
        ...(kind !== 'message' && { kind: kind as NonNullable<SendOptions['kind']> }),
        ...(target !== undefined && { target }),
        ...(attachments !== undefined && { attachments: [...attachments] }),
      }),
    /** Takes what the relay refused out of view, also after a reload. */
    discard({ id }: Message): void {
      if (outbox !== undefined) return void outbox.discard(id);
      discarded.add(id);
      frame.request();
    },
    stop: () => conversation.cancel(),
  };
}

/** Warns on the console of whatever the client or the relay does against the protocol. */
async function checkInDevelopment(client: Client): Promise<void> {
  const { checkTraffic } = await import('@websocket-channel/sdk-client/development');
  checkTraffic(client);
}

const read = (
  { agent, messages, turns, lastTurn, recovered }: Conversation,
  discarded: ReadonlySet<string>,
) => ({
  agent,
  messages: messages.filter(({ id, error }) => error?.code !== 'discarded' && !discarded.has(id)),
  turns,
  lastTurn,
  recovered,
});
