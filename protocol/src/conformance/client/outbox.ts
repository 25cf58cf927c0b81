import type { Connection } from '../connection.ts';
import type { Loose } from '../observer.ts';
import type { CodedScenario } from '../scenario.ts';
import { Unmet } from '../unmet.ts';
import type { ClientStage } from './stage.ts';

const words = ['one', 'two', 'three'];

/** Lets the user write, and waits for the event. */
async function write(stage: ClientStage, client: Connection, content: string): Promise<Loose> {
  stage.control({ do: 'send', content });
  return client.expect({ type: 'event', content });
}

const contentsOf = ({ arrivals }: Connection) =>
  arrivals.filter(({ type }) => type === 'event').map(({ content }) => String(content));

/** A client may send one event after the other, or all at once: what came is a beginning of what was written. */
function inOrder(client: Connection, written: readonly string[]): void {
  const came = contentsOf(client);
  if (came.join() === written.slice(0, came.length).join()) return;
  throw new Unmet(
    `the events ${written.join(', ')} in this order`,
    `came ${came.join(', ')}`,
    client.excerpt(),
  );
}

export const outboxScenarios: readonly CodedScenario<ClientStage>[] = [
  {
    title: 'gives each event an id of its own, and the same one when it sends it again',
    requirement: 'R-EVENT-6',
    async run(stage) {
      stage.acks = false;
      const first = await stage.peer();
      const { id } = await write(stage, first, 'same words');
      first.drop();
      stage.acks = true;
      const second = await stage.meet();
      const again = await second.expect({ type: 'event', content: 'same words' }, { of: 'R-EVENT-7' });
      if (again.id !== id) throw new Unmet(`the id ${id} again`, `came ${again.id}`, second.excerpt());
      const other = await write(stage, second, 'same words');
      if (other.id === id) throw new Unmet('another id for another event', `came ${id}`, second.excerpt());
    },
  },
  {
    title: 'keeps events until they are acknowledged, through reconnects and in order',
    requirement: 'R-EVENT-7',
    async run(stage) {
      const stored = (event: Loose) => ({ ...event, source: stage.conversation });
      stage.acks = false;
      const first = await stage.peer();
      for (const content of words) stage.control({ do: 'send', content });
      const one = await first.expect({ type: 'event', content: 'one' });
      first.drop();
      const second = await stage.meet();
      await second.expect({ type: 'event', id: one.id, content: 'one' });
      stage.log.acknowledge(second, stage.conversation, stored(one));
      const two = await second.expect({ type: 'event', content: 'two' });
      inOrder(second, words);
      second.drop();
      stage.acks = true;
      const third = await stage.meet();
      await third.expect({ type: 'event', id: two.id, content: 'two' });
      await third.expect({ type: 'event', content: 'three' });
      inOrder(third, words.slice(1));
      await third.settle();
      third.drop();
      const fourth = await stage.meet();
      await fourth.never({ type: 'event' });
    },
  },
  {
    title: 'sends an event again when a retryable error asks for it, and gives up after a final one',
    requirement: 'R-EVENT-7',
    async run(stage) {
      stage.acks = false;
      const client = await stage.peer();
      const { id: ref } = await write(stage, client, 'again');
      const error = { type: 'error', message: 'Not now', ref };
      client.send({ ...error, code: 'rate_limited', retryable: true, retryAfterMs: 150 });
      await client.expect({ type: 'event', id: ref });
      client.send({ ...error, code: 'forbidden', retryable: false });
      await client.settle();
      client.drop();
      const later = await stage.meet();
      await write(stage, later, 'other words');
      await later.never({ type: 'event', id: ref });
    },
  },
];
