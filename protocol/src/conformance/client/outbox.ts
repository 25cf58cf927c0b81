import type { Connection } from '../connection.ts';
import type { Loose } from '../observer.ts';
import type { CodedScenario } from '../scenario.ts';
import { Unmet } from '../unmet.ts';
import type { ClientStage } from './stage.ts';

const words = ['one', 'two', 'three'];

/** Lets the user write, and waits for the events. */
async function write(stage: ClientStage, client: Connection, contents: readonly string[]): Promise<Loose[]> {
  const events: Loose[] = [];
  for (const content of contents) {
    stage.control({ do: 'send', content });
    events.push(await client.expect({ type: 'event', content }));
  }
  return events;
}

const eventsOf = ({ arrivals }: Connection) => arrivals.filter(({ type }) => type === 'event');

function same(client: Connection, wanted: readonly Loose[]): void {
  const list = (events: readonly Loose[]) => events.map(({ id, content }) => `${id} ${content}`).join(', ');
  const came = eventsOf(client).slice(0, wanted.length);
  if (list(came) !== list(wanted)) {
    throw new Unmet(`the events ${list(wanted)} in this order`, `came ${list(came)}`, client.excerpt());
  }
}

export const outboxScenarios: readonly CodedScenario<ClientStage>[] = [
  {
    title: 'gives each event an id of its own, and the same one when it sends it again',
    requirement: 'R-EVENT-6',
    async run(stage) {
      stage.acks = false;
      const first = await stage.peer();
      const events = await write(stage, first, ['same words', 'same words', 'other words']);
      if (new Set(events.map(({ id }) => id)).size < events.length) {
        throw new Unmet(
          'an id of its own for each event',
          events.map(({ id }) => id).join(', '),
          first.excerpt(),
        );
      }
      first.drop();
      stage.acks = true;
      const second = await stage.meet();
      await second.settle();
      const strange = eventsOf(second).find((again) => !events.some(({ id }) => id === again.id));
      if (strange === undefined) return;
      throw new Unmet('events that are sent again to keep their ids', `came ${strange.id}`, second.excerpt());
    },
  },
  {
    title: 'keeps events until they are acknowledged, through reconnects and in order',
    requirement: 'R-EVENT-7',
    async run(stage) {
      stage.acks = false;
      const first = await stage.peer();
      const events = await write(stage, first, words);
      first.drop();
      const second = await stage.meet();
      for (const { id, content } of events) await second.expect({ type: 'event', id, content });
      same(second, events);
      // The first one is stored; of the others, nobody knows.
      const [stored] = events;
      stage.log.acknowledge(second, stage.conversation, { ...stored!, source: stage.conversation });
      await second.settle();
      second.drop();
      stage.acks = true;
      const third = await stage.meet();
      const left = events.slice(1);
      for (const { id, content } of left) await third.expect({ type: 'event', id, content });
      same(third, left);
      await third.never({ type: 'event', id: stored!.id });
      third.drop();
      const fourth = await stage.meet();
      await fourth.never({ type: 'event' });
    },
  },
  {
    title:
      'sends an event again after the wait that a retryable error asks for, and gives up after a final one',
    requirement: 'R-EVENT-7',
    async run(stage) {
      stage.acks = false;
      const client = await stage.peer();
      const [event] = await write(stage, client, ['again']);
      const { id: ref } = event!;
      const error = { type: 'error', message: 'Not now', ref };
      client.send({ ...error, code: 'rate_limited', retryable: true, retryAfterMs: 150 });
      await client.expect({ type: 'event', id: ref });
      client.send({ ...error, code: 'forbidden', retryable: false });
      await client.settle();
      client.drop();
      const later = await stage.meet();
      await write(stage, later, ['other words']);
      await later.never({ type: 'event', id: ref });
    },
  },
];
