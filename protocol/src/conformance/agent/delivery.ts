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

/** The next frame of the scenario's conversation that is to be acknowledged. */
async function nextDurable(connection: Connection, { conversation, subject }: AgentStage): Promise<Loose> {
  for (;;) {
    const frame = await connection.expect({ conversation }, { withinMs: subject.turnMs });
    const { type, kind, status } = frame;
    if ((type === 'reply' && kind !== 'delta') || (type === 'turn' && status === 'ended')) return frame;
  }
}

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
      const { subject, log, conversation } = stage;
      subject.acks = false;
      let line = await stage.peer();
      let said: Loose;
      await stage.tell(subject.prompts.quick);
      // An agent may wait for one `ack` before it says what comes next: each frame is left without one in its turn.
      do {
        said = await given('R-TURN-2', nextDurable(line, stage));
        const { type, id, kind, content, status } = said;
        line.drop();
        line = await stage.meet();
        await line.expect({
          type,
          id,
          conversation,
          ...(type === 'turn' ? { status } : { content, ...(kind !== undefined && { kind }) }),
        });
        log.acknowledge(line, conversation, said);
      } while (said.type !== 'turn');
      subject.acks = true;
      await line.settle();
      line.drop();
      const next = await stage.meet();
      await given('R-TURN-2', stage.ended(await stage.tell(subject.prompts.quick)));
      await next.never({ type: 'turn', id: said.id });
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
