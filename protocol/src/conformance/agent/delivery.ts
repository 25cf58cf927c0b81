import type { Connection } from '../connection.ts';
import type { Loose } from '../observer.ts';
import type { CodedScenario } from '../scenario.ts';
import { given, NotTested, Unmet } from '../unmet.ts';
import type { AgentStage } from './stage.ts';

const named = ({ events }: Loose, { id }: Loose): boolean => Array.isArray(events) && events.includes(id);

/** The turns that name an event, by id. */
const turnsOf = (connections: readonly Connection[], event: Loose): Set<unknown> =>
  new Set(
    connections
      .flatMap(({ arrivals }) => arrivals)
      .filter((frame) => frame.type === 'turn' && named(frame, event))
      .map(({ id }) => id),
  );

export const deliveryScenarios: readonly CodedScenario<AgentStage>[] = [
  {
    title: 'handles an event once, however often it is delivered',
    requirement: 'R-MAILBOX-4',
    async run(stage) {
      const { prompts } = stage.subject;
      const first = await stage.peer();
      const event = await stage.tell(prompts.quick);
      first.send(event);
      await first.expect({ type: 'received', conversation: stage.conversation });
      await given('R-TURN-2', stage.ended(event));
      first.drop();
      const second = await stage.meet();
      second.send(event);
      // What is told later is answered later: then the repetition has had its chance.
      await given('R-TURN-2', stage.ended(await stage.tell(prompts.quick)));
      const turns = turnsOf([first, second], event);
      if (turns.size === 1) return;
      throw new Unmet('one turn for an event', `${turns.size} name ${event.id}`, second.excerpt());
    },
  },
  {
    title: 'sends replies and ended turns again until they are acknowledged',
    requirement: 'R-REPLY-4',
    async run(stage) {
      const { subject, conversation } = stage;
      subject.acks = false;
      const first = await stage.peer();
      const event = await stage.tell(subject.prompts.quick);
      const ended = await given('R-TURN-2', stage.ended(event));
      const durable = first.arrivals.filter(
        (frame) => frame.conversation === conversation && frame.type === 'reply' && frame.kind !== 'delta',
      );
      first.drop();
      subject.acks = true;
      const second = await stage.meet();
      for (const { type, id, kind, content } of durable) {
        await second.expect({ type, id, ...(kind !== undefined && { kind }), content, conversation });
      }
      await second.expect({ type: 'turn', id: ended.id, status: 'ended', conversation });
      await second.settle();
      second.drop();
      const third = await stage.meet();
      await given('R-TURN-2', stage.ended(await stage.tell(subject.prompts.quick)));
      await third.never({ type: 'turn', id: ended.id });
    },
  },
  {
    title: 'answers an event that it has received, even if it crashes then',
    requirement: 'R-MAILBOX-3',
    async run(stage) {
      const { subject, conversation } = stage;
      if (subject.launch === undefined)
        throw new NotTested('it takes an agent that can be started: --command');
      const first = await stage.peer();
      const event = await stage.tell(subject.prompts.slow);
      await first.expect({ type: 'received', conversation, events: [event.id] });
      if (first.arrivals.some((frame) => frame.status === 'ended' && named(frame, event))) {
        throw new NotTested('its turns end before it says `received`: nothing is left that could be lost');
      }
      await stage.restart();
      await stage.meet({ withinMs: subject.startMs });
      await stage.ended(event);
    },
  },
];
