import type { Connection } from '../connection.ts';
import type { Loose } from '../observer.ts';
import type { CodedScenario } from '../scenario.ts';
import { NotTested, Unmet } from '../unmet.ts';
import type { RelayStage } from './stage.ts';

const alone = true;

/** More events at once than any person writes. */
const manyEvents = 1000;

/** How often the relay or this runner may be too busy to tell a slow reader's end from a pause. */
const attempts = 4;

/** More than sockets on one machine hold by themselves: about 40 MB. */
const slow = { frames: 4000, bytes: 10_000, batch: 250 };

/** Less than a relay waits for the end of a connection that it closes. */
const probeMs = 2000;

/** Whether the relay still takes what a client says that reads nothing: of its close, that client knows nothing yet. */
async function isHeard({ conversation, variables }: RelayStage, client: Connection, agent: Connection) {
  const turn = variables.get(`id:probe${agent.arrivals.length}`);
  client.send({ type: 'cancel', conversation, turn });
  return agent.expect({ type: 'cancel', turn }, { withinMs: probeMs, isProbe: true }).then(
    () => true,
    (error: unknown) => {
      if (error instanceof Unmet && agent.isOpen) return false;
      throw error;
    },
  );
}

export const boundScenarios: readonly CodedScenario<RelayStage>[] = [
  {
    title: 'answers too many events with rate_limited and goes on',
    requirement: 'R-EVENT-8',
    alone,
    async run(stage) {
      await stage.open('agent');
      const bob = await stage.open('bob');
      const conversation = stage.variables.get('bob');
      const ids = Array.from({ length: manyEvents }, (_, index) => stage.variables.get(`id:flood${index}`));
      bob.handles = () => false;
      for (const id of ids)
        bob.send({ type: 'event', id, conversation, content: 'flood', timestamp: Date.now() });
      await bob.settle();
      const limited = bob.arrivals.find(({ type, code }) => type === 'error' && code === 'rate_limited');
      if (limited === undefined) {
        throw new Unmet(
          `\`rate_limited\` among the answers to ${manyEvents} events at once`,
          'none came',
          bob.excerpt(),
        );
      }
      if (
        !ids.includes(limited.ref) ||
        typeof limited.retryAfterMs !== 'number' ||
        limited.retryable !== true
      ) {
        throw new Unmet(
          '`ref`, `retryAfterMs` and `retryable`',
          `came ${JSON.stringify(limited)}`,
          bob.excerpt(),
        );
      }
    },
  },
  {
    title: 'drops a peer that does not read, rather than keep everything for it',
    requirement: 'R-CLOSE-6',
    alone,
    async run(stage) {
      const agent = await stage.open('agent');
      for (let attempt = 1; ; attempt++) {
        const alice = await stage.open(`alice ${attempt}`);
        alice.socket.pause();
        const isUnheard = await flood(stage, alice, agent, `big${attempt}-`);
        alice.socket.resume();
        if (isUnheard && attempt < attempts && !(await isSentAway(alice))) continue;
        await alice.closed(4508);
        return;
      }
    },
  },
];

/** Has the agent say more and more to a client that reads nothing. @returns Whether the relay no longer takes what that client says. */
async function flood(
  stage: RelayStage,
  client: Connection,
  agent: Connection,
  prefix: string,
): Promise<boolean> {
  const reply = { type: 'reply', kind: 'message', conversation: stage.conversation };
  const content = 'x'.repeat(slow.bytes);
  for (let index = 0; index < slow.frames; index++) {
    const id = stage.variables.get(`id:${prefix}${index}`);
    agent.send({ ...reply, id, content } as Loose);
    if (index % slow.batch !== slow.batch - 1) continue;
    await agent.expect({ type: 'ack', id }, { of: 'R-ACK-4' });
    if (!(await isHeard(stage, client, agent))) return true;
  }
  return false;
}

/** Whether the relay closes the connection and says why, rather than having been busy for a while, or having given up the farewell. */
async function isSentAway(client: Connection): Promise<boolean> {
  await client.settle().catch((error: unknown) => {
    if (client.isOpen) throw error;
  });
  if (!client.isOpen) return (await client.closed()).code === 4508;
  client.drop();
  return false;
}

/** The very last: afterwards there is no relay. */
export const farewellScenarios: readonly CodedScenario<RelayStage>[] = [
  {
    title: 'announces its shutdown to clients and agents',
    requirement: 'R-CLOSE-3',
    alone,
    async run(stage) {
      const { stop } = stage.target;
      if (stop === undefined) throw new NotTested("it takes the relay's process: --pid");
      const peers = [await stage.open('alice'), await stage.open('agent')];
      stop();
      for (const peer of peers) {
        await peer.expect({ type: 'bye', reason: 'drain' });
        await peer.closed(4503);
      }
    },
  },
];
