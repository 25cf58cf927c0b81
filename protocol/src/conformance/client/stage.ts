import type { Cursor } from '../../generated/frames.ts';
import type { Connection, Setting } from '../connection.ts';
import type { Loose } from '../observer.ts';
import { match } from '../pattern.ts';
import type { Host } from '../peer/host.ts';
import type { Launched } from '../peer/launch.ts';
import { createLog } from '../peer/log.ts';
import { admit, answerCall, type PeerStage } from '../peer/stage.ts';
import { Unmet } from '../unmet.ts';
import { createVariables } from '../variables.ts';

/** Where a scenario plays against a client: its relay, its agent and its user. */
export interface ClientStage extends PeerStage {
  readonly conversation: string;
  /** Whether events are stored, acknowledged and echoed. @default true */
  acks: boolean;
  /** Writes a line to the client's standard input. */
  control(line: Readonly<Record<string, unknown>>): void;
  /** Waits until the client's view matches. */
  view(pattern: unknown): Promise<void>;
  /** The agent says something durable. @returns The frame, as it was delivered. */
  say(frame: Loose): Promise<Loose>;
  end(): Promise<void>;
}

/** How often the view is looked at, in milliseconds. */
const glanceMs = 25;

export function createClientStage(
  host: Host,
  launched: Launched,
  setting: Setting,
  returnMs: number,
  tag: string,
): ClientStage {
  const conversation = 'alice';
  const log = createLog(`epoch-${tag}`);
  const variables = createVariables(tag, { alice: conversation, conversation, epoch: log.epoch });
  let line: Connection | undefined;
  let answered: ((view: unknown) => void) | undefined;
  launched.onLine = (text) => {
    const view = viewIn(text);
    if (view !== undefined) answered?.(view);
  };

  const stage: ClientStage = {
    role: 'client',
    host,
    log,
    setting,
    returnMs,
    variables,
    conversation,
    acks: true,
    on: () => line!,
    open: (name) => (name === 'client' ? stage.peer() : stage.meet()),
    async peer() {
      return line?.isOpen ? line : stage.meet();
    },
    async call(greeting = {}) {
      const answer = await answerCall(stage, 'client', line !== undefined, greeting);
      line = answer.connection;
      return answer;
    },
    async meet(greeting) {
      const { connection, hello } = await stage.call(greeting);
      connection.onFrame = (frame) => answer(connection, frame);
      admit(connection, 'client', conversation, greeting);
      for (const cursor of (hello.attach as Cursor[] | undefined) ?? [{ conversation }])
        attach(connection, cursor);
      return connection;
    },
    async restart() {},
    control: (command) => launched.write?.(JSON.stringify(command)),
    async view(pattern) {
      const until = Date.now() + setting.timeoutMs;
      for (let seen: unknown; ; ) {
        seen = await look(Math.max(1, until - Date.now()));
        if (match(pattern, seen) !== undefined) return;
        if (Date.now() > until) {
          const came = seen === undefined ? 'no view came' : `it is ${JSON.stringify(seen)}`;
          throw new Unmet(`the view ${JSON.stringify(pattern)}`, came, line?.excerpt() ?? []);
        }
        await new Promise((resolve) => setTimeout(resolve, glanceMs));
      }
    },
    async say(frame) {
      const stored = log.append(conversation, { source: 'default', ...frame });
      (await stage.peer()).send(stored);
      return stored;
    },
    async end() {
      const closed = line?.closed(undefined, { withinMs: setting.timeoutMs }).catch(() => {});
      await launched.stop();
      await closed;
      await host.close();
    },
  };

  /** Asks for the view. @returns Nothing if none comes in time. */
  function look(withinMs: number): Promise<unknown> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), withinMs);
      answered = (view) => {
        clearTimeout(timer);
        resolve(view);
      };
      stage.control({ do: 'view' });
    });
  }

  function attach(on: Connection, { conversation: name, epoch, seq }: Cursor): void {
    const last = log.last(name);
    const known = epoch ?? (seq === 0 ? log.epoch : undefined);
    const stale = seq !== undefined && (known !== log.epoch || seq > last);
    const after = stale ? 0 : (seq ?? last);
    on.send({
      type: 'attached',
      conversation: name,
      epoch: log.epoch,
      seq: last,
      recovered: stale ? 'reset' : 'complete',
      agent: { source: 'default', online: true, stream: 'token' },
    });
    for (const frame of log.after(name, after)) on.send(frame);
  }

  function answer(on: Connection, frame: Loose): void {
    if (frame.type === 'attach') attach(on, frame as unknown as Cursor);
    if (frame.type !== 'event' || !stage.acks) return;
    const stored = log.acknowledge(on, conversation, { ...frame, source: conversation });
    if (stored !== undefined) on.send(stored);
  }
  return stage;
}

function viewIn(line: string): unknown {
  try {
    return (JSON.parse(line) as { view?: unknown }).view;
  } catch {
    return undefined;
  }
}
