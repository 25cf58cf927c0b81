import type { Connection } from '../connection.ts';
import type { Loose } from '../observer.ts';
import type { CodedScenario } from '../scenario.ts';
import { given, NotApplicable, NotTested, Unmet } from '../unmet.ts';
import type { RelayStage } from './stage.ts';

const alone = true;

/** More than most mailboxes hold. */
const manyEvents = 1500;
const eventsPerGuest = 15;

async function inOrder(agent: Connection, ids: readonly unknown[]): Promise<void> {
  for (const id of ids) await agent.expect({ type: 'event', id });
  const wanted = new Set(ids);
  const came = agent.arrivals
    .filter(({ type, id }) => type === 'event' && wanted.has(id))
    .map(({ id }) => id);
  if (came.join() === ids.join()) return;
  throw new Unmet(`the events ${ids.join(', ')}`, `came ${came.join(', ')}`, agent.excerpt());
}

export const absenceScenarios: readonly CodedScenario<RelayStage>[] = [
  {
    title: 'keeps events while the agent is away and delivers them in order',
    requirement: 'R-MAILBOX-1',
    alone,
    async run(stage) {
      const alice = await stage.open('alice');
      const ids = [0, 1, 2, 3, 4].map((index) => stage.variables.get(`id:ev${index}`));
      for (const id of ids) await stage.say(alice, { id });
      await inOrder(await stage.open('agent'), ids);
    },
  },
  {
    title: 'delivers an event again until the agent has received it',
    requirement: 'R-MAILBOX-2',
    alone,
    async run(stage) {
      const alice = await stage.open('alice');
      const [taken, left] = [stage.variables.get('id:taken'), stage.variables.get('id:left')];
      const first = await stage.open('agent', { receives: false });
      for (const id of [taken, left]) await stage.say(alice, { id });
      for (const id of [taken, left]) await first.expect({ type: 'event', id }, { of: 'R-EVENT-2' });
      const { conversation } = stage;
      first.send({ type: 'received', conversation, events: [taken] });
      await first.settle();
      first.drop();
      const second = await stage.open('agent 2', { receives: false });
      await second.expect({ type: 'event', id: left, conversation });
      await second.never({ type: 'event', id: taken });
      second.send({ type: 'received', conversation, events: [left] });
      await second.settle();
      second.drop();
      await (await stage.open('agent 3')).never({ type: 'event', conversation });
    },
  },
  {
    title: 'refuses events when the mailbox is full, and drops none that it acknowledged',
    requirement: 'R-MAILBOX-5',
    alone,
    async run(stage) {
      const accepted: { id: unknown; conversation: unknown }[] = [];
      const full = await fillMailbox(stage, accepted);
      const agent = await stage.open('agent');
      for (const { id } of accepted) await given('R-MAILBOX-5', agent.expect({ type: 'event', id }));
      if (!full) throw new NotTested(`the mailbox took ${accepted.length} events without being full`);
    },
  },
  {
    title: 'tells when the agent comes and goes',
    requirement: 'R-SIGNAL-2',
    alone,
    async run(stage) {
      const alice = await openWhileAgentIsAway(stage);
      const other = await stage.open('alice 2', { with: { capabilities: [] } });
      const presence = { type: 'signal', kind: 'presence', conversation: stage.conversation };
      const agent = await stage.open('agent');
      const source = stage.variables.get('agent:identity');
      await alice.expect({ ...presence, agent: { source, online: true } });
      agent.close();
      await alice.expect({ ...presence, agent: { source, online: false } });
      await other.never({ type: 'signal' });
    },
  },
  {
    title: 'answers a cancel while the agent is away with agent_offline',
    requirement: 'R-CANCEL-3',
    alone,
    async run(stage) {
      const alice = await openWhileAgentIsAway(stage);
      alice.send({ type: 'cancel', conversation: stage.conversation });
      await alice.expect({ type: 'error', code: 'agent_offline', retryable: true });
      await alice.settle();
    },
  },
  {
    title: 'lets the newer of two connections of one agent stay',
    requirement: 'R-CLOSE-4',
    alone,
    async run(stage) {
      const alice = await stage.open('alice');
      const first = await stage.open('agent');
      const second = await stage.open('agent 2');
      await first.expect({ type: 'bye', reason: 'replaced' });
      await first.closed(4409);
      const { id } = await stage.say(alice, { id: stage.variables.get('id:ev') });
      await second.expect({ type: 'event', id });
    },
  },
  {
    title: 'says nothing after bye',
    requirement: 'R-CLOSE-7',
    alone,
    async run(stage) {
      const first = await stage.open('agent');
      await stage.open('agent 2');
      await first.expect({ type: 'bye' }).catch(() => {
        throw new NotApplicable('the relay says no bye when an agent is replaced');
      });
      await first.closed(undefined, { of: 'R-CLOSE-4' });
      const last = first.arrivals.at(-1);
      if (last?.type !== 'bye')
        throw new Unmet('`bye` last', `then came ${JSON.stringify(last)}`, first.excerpt());
    },
  },
];

/** Connects alice, and waits until the relay has noticed that the agent of an earlier scenario left. */
async function openWhileAgentIsAway(stage: RelayStage): Promise<Connection> {
  const alice = await stage.open('alice', { until: 'welcome' });
  const { agent } = await alice.expect({ type: 'attached' });
  if ((agent as { readonly online?: unknown }).online !== false) {
    await alice.expect({ type: 'signal', kind: 'presence', agent: { online: false } });
  }
  return alice;
}

/** Sends events, as many guests where the relay lets them in, until the relay says that the mailbox is full. */
async function fillMailbox(
  stage: RelayStage,
  accepted: { id: unknown; conversation: unknown }[],
): Promise<boolean> {
  for (let sent = 0, guest = 0; sent < manyEvents; guest++) {
    const source = stage.isGuest ? `${stage.variables.get('alice')}-${guest}` : stage.variables.get('alice');
    const client = await stage.open(
      `alice ${guest}`,
      stage.isGuest ? { with: { source, attach: [] }, until: 'welcome' } : {},
    );
    client.handles = () => false;
    const conversation = stage.isGuest ? source : stage.conversation;
    const ids = Array.from({ length: eventsPerGuest }, () => stage.variables.get(`id:ev${sent++}`));
    for (const id of ids)
      client.send({ type: 'event', id, conversation, content: 'wait', timestamp: Date.now() });
    for (const id of ids) {
      const answer = await Promise.race([
        client.expect({ type: 'ack', id }, { of: 'R-ACK-1' }),
        client.expect({ type: 'error', ref: id }, { of: 'R-ACK-1' }),
      ]);
      if (answer.type === 'ack') accepted.push({ id, conversation });
      else if (answer.code === 'mailbox_full') return isRetryable(answer, client);
      else
        throw new NotTested(
          `${accepted.length} events did not fill the mailbox, then came \`${answer.code}\``,
        );
    }
    client.close();
  }
  return false;
}

function isRetryable(error: Loose, { excerpt }: Connection): boolean {
  if (error.retryable === true) return true;
  throw new Unmet('`mailbox_full` with `retryable`', `came ${JSON.stringify(error)}`, excerpt());
}
