import type { Caller } from '../peer/host.ts';
import type { CodedScenario } from '../scenario.ts';
import { NotApplicable, Unmet } from '../unmet.ts';
import type { AgentStage, AgentSubject } from './stage.ts';

/** Connections that still offer the subprotocol, after which an agent will not do without it. */
const offers = 3;

const isReply = (text: string): boolean => {
  try {
    const { type, content, kind } = JSON.parse(text);
    return type === 'reply' && typeof content === 'string' && ['tool', 'block', 'final'].includes(kind);
  } catch {
    return false;
  }
};

export const legacyScenarios: readonly CodedScenario<AgentStage>[] = [
  {
    title: 'answers in v0 where the subprotocol is not selected',
    requirement: 'R-LEGACY-1',
    alone: true,
    async run(stage) {
      const { host, subject, variables } = stage;
      host.selects = false;
      try {
        await stage.restart();
        for (let offered = 0; offered < offers; ) {
          const caller = await host.next(subject.startMs);
          if (caller === undefined) break;
          if ('sec-websocket-protocol' in caller.request.headers) offered++;
          if (await converse(caller, String(variables.get('alice')), subject)) return;
        }
        throw new NotApplicable('the agent leaves a relay that does not select the subprotocol');
      } finally {
        host.selects = true;
        host.forget();
      }
    },
  },
];

/** Hands an event over in v0. @returns Whether a reply came; if not, the agent has left. */
async function converse(
  { socket }: Caller,
  source: string,
  { prompts, turnMs }: AgentSubject,
): Promise<boolean> {
  const texts: string[] = [];
  const outcome = await new Promise<'replied' | 'left' | 'late'>((resolve) => {
    setTimeout(() => resolve('late'), turnMs).unref();
    socket.on('close', () => resolve('left'));
    socket.on('message', (data) => {
      texts.push(String(data));
      if (isReply(String(data))) resolve('replied');
    });
    socket.resume();
    const data = { source, content: prompts.quick, timestamp: new Date().toISOString() };
    socket.send(JSON.stringify({ source, data }));
  });
  socket.terminate();
  if (outcome !== 'late') return outcome === 'replied';
  throw new Unmet('a reply in v0', texts.length === 0 ? 'nothing came' : `came ${texts.at(-1)}`, texts);
}
