import type { Evidence, LogFrame, Said, View } from './evidence.ts';

/**
 * What can be wrong: `lost` (said or answered, and not there), `doubled`, `out-of-order`, `unfinished` (a turn or draft
 * that never ends), `wrong` (there, but not what it should be).
 */
export type ViolationKind = 'lost' | 'doubled' | 'out-of-order' | 'unfinished' | 'wrong';

/** A promise that was broken. */
export interface Violation {
  readonly kind: ViolationKind;
  readonly what: string;
}

/** Finds every broken promise: pure. */
export function judge(evidence: Evidence): Violation[] {
  const sources = new Set(evidence.said.map(({ source }) => source));
  const devices = new Set([...evidence.said, ...evidence.views].map(({ device }) => device));
  const violations = [...sources].flatMap((source) => {
    const said = evidence.said.filter((one) => one.source === source);
    const log = evidence.logs.get(source) ?? [];
    const views = [...devices].flatMap((device): Violation[] => {
      const view = evidence.views.find((one) => one.source === source && one.device === device);
      if (view !== undefined) return judgeView(view, log);
      return [{ kind: 'lost', what: `${device} of ${source}: the conversation is not shown` }];
    });
    return [...judgeLog(source, said, log), ...views];
  });
  return [...violations, ...judgeExchanges(evidence)];
}

function judgeLog(source: string, said: readonly Said[], log: readonly LogFrame[]): Violation[] {
  const found: Violation[] = [];
  const report = (kind: ViolationKind, what: string) =>
    found.push({ kind, what: `log of ${source}: ${what}` });

  log.forEach(({ seq, type, id }, index) => {
    if (seq !== index + 1) report('out-of-order', `${type} ${id} has seq ${seq}, not ${index + 1}`);
  });
  for (const [key, frames] of Map.groupBy(log, ({ type, id }) => `${type} ${id}`)) {
    if (frames.length > 1) report('doubled', `${key} is stored ${frames.length} times`);
  }

  const positions = new Map(
    log.filter(({ type }) => type === 'event').map(({ id, seq }) => [id, seq] as const),
  );
  for (const id of positions.keys()) {
    if (!said.some((one) => one.id === id)) report('wrong', `event ${id} was never said`);
  }
  for (const [device, theirs] of Map.groupBy(said, (one) => one.device)) {
    const order = theirs.map(({ id }) => positions.get(id)).filter((seq) => seq !== undefined);
    order.forEach((seq, index) => {
      if (index > 0 && seq < order[index - 1]!)
        report('out-of-order', `what ${device} said is stored in another order, at seq ${seq}`);
    });
  }
  for (const one of said) judgeMessage(one, log, positions.get(one.id), report);

  const answers = new Set(said.map(({ answer }) => answer));
  for (const reply of log.filter(isAnswer)) {
    const { id, kind, content = '' } = reply;
    if (answers.has(content)) continue;
    const said = JSON.stringify(content.slice(0, 100));
    report('wrong', `${kind} reply ${id} answers nothing that was said: ${said}`);
  }
  return found;
}

function judgeMessage(
  { id, content, answer }: Said,
  log: readonly LogFrame[],
  position: number | undefined,
  report: (kind: ViolationKind, what: string) => void,
): void {
  if (position === undefined) return void report('lost', `event ${id} is not stored`);
  if (log[position - 1]?.content !== content) report('wrong', `event ${id} has another content`);

  const replies = log.filter((frame) => isAnswer(frame) && frame.content === answer);
  if (replies.length === 0) report('lost', `event ${id} is not answered`);
  if (replies.length > 1) report('doubled', `event ${id} is answered ${replies.length} times`);
  const ends = log.filter((frame) => frame.type === 'turn' && frame.events?.includes(id));
  if (ends.length === 0) report('unfinished', `no turn that answers event ${id} has ended`);
  if (ends.length > 1) report('doubled', `event ${id} is in ${ends.length} turns`);
  const [reply] = replies;
  const [end] = ends;
  if (end !== undefined && end.outcome !== 'completed')
    report('wrong', `the turn of event ${id} ended ${end.outcome}`);
  if (reply === undefined) return;
  if (reply.seq < position) report('out-of-order', `event ${id} is answered before it is said`);
  if (end !== undefined && end.seq < reply.seq)
    report('out-of-order', `the turn of event ${id} ended before its answer`);
  if (end !== undefined && reply.turn !== end.id)
    report('wrong', `the answer to event ${id} belongs to turn ${reply.turn}`);
}

const isAnswer = ({ type, kind }: LogFrame): boolean =>
  type === 'reply' && (kind === 'final' || kind === 'block' || kind === 'message');

function judgeView(view: View, log: readonly LogFrame[]): Violation[] {
  const found: Violation[] = [];
  const report = (kind: ViolationKind, what: string) =>
    found.push({ kind, what: `${view.device} of ${view.source}: ${what}` });

  // No run takes a log away, or keeps less of one than is said in it.
  if (view.recovered !== 'complete') report('wrong', `its past is ${view.recovered}`);
  for (const turn of view.running) report('unfinished', `turn ${turn} still runs`);
  for (const id of view.waiting) report('unfinished', `the exchange of event ${id} has not ended`);
  for (const { type, id, streaming, state, seq } of view.messages) {
    if (streaming) report('unfinished', `${type} ${id} is still being streamed`);
    else if (seq === undefined && type === 'event') report('unfinished', `event ${id} still waits, ${state}`);
    else if (seq === undefined) report('unfinished', `reply ${id} is a draft that nothing superseded`);
  }
  const kept = log.filter(({ type }) => type !== 'turn');
  const shown = view.messages.filter(({ seq }) => seq !== undefined);
  for (const [key, messages] of Map.groupBy(shown, ({ type, id }) => `${type} ${id}`)) {
    if (messages.length > 1) report('doubled', `${key} is shown ${messages.length} times`);
  }
  for (const { type, id, content } of kept) {
    const message = shown.find((one) => one.type === type && one.id === id);
    if (message === undefined) report('lost', `${type} ${id} is not shown`);
    else if (message.content !== content) report('wrong', `${type} ${id} is shown with another content`);
  }
  for (const { type, id } of shown) {
    if (!kept.some((one) => one.type === type && one.id === id))
      report('wrong', `${type} ${id} is not in the log`);
  }
  shown.forEach(({ type, id, seq }, index) => {
    if (index > 0 && seq! < shown[index - 1]!.seq!)
      report('out-of-order', `${type} ${id} is shown out of order`);
  });
  return found;
}

function judgeExchanges({ said, exchanges }: Evidence): Violation[] {
  const answers = new Map(said.map(({ id, answer }) => [id, answer]));
  return exchanges.flatMap(({ device, id, outcome, text }): Violation[] =>
    outcome === 'completed' && text === answers.get(id)
      ? []
      : [
          {
            kind: 'wrong',
            what: `${device}: the exchange of event ${id} ended ${outcome} with ${JSON.stringify(text)}`,
          },
        ],
  );
}
