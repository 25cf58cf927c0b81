import type { ErrorFrame, Hello, Welcome } from '../generated/frames.ts';
import type { Subject } from '../requirements.ts';
import { createMemory } from './memory.ts';
import type { Frame, Judge } from './trace.ts';

/** What is legal on every connection: opening, farewell, heartbeat, errors and capabilities. */
export function createSession(peer: Exclude<Subject, 'relay'>, judge: Judge) {
  let hello: Hello | undefined;
  let welcome: Welcome | undefined;
  let peerSpoke = false;
  let relayAt: number | undefined;
  const over = new Map<Subject, string>();
  const pings = { relay: createMemory<number>(), peer: createMemory<number>() };
  const ids = createMemory<true>();
  let renewals = 0;

  /** Takes note of an id that an `error` of the relay may refer to. */
  function remember(from: Subject, frame: Frame): void {
    if (from !== 'relay' && 'id' in frame && typeof frame.id === 'string') ids.set(frame.id, true);
  }

  function opening(from: Subject, frame: Frame): void {
    if (from !== 'relay') {
      if (!peerSpoke && frame.type !== 'hello')
        judge('R-HELLO-1', peer, `\`${frame.type}\` before \`hello\``);
      if (peerSpoke && frame.type === 'hello') judge('R-HELLO-1', peer, 'A second `hello`');
      peerSpoke = true;
      if (frame.type === 'hello') hello ??= frame;
      return;
    }
    if (frame.type === 'welcome') {
      if (hello === undefined) judge('R-HELLO-2', 'relay', '`welcome` without a `hello`');
      else if (welcome !== undefined) judge('R-HELLO-2', 'relay', 'A second `welcome`');
      else if (!hello.versions.includes(frame.version)) {
        judge(
          'R-HELLO-2',
          'relay',
          `Version ${frame.version} was not offered (${hello.versions.join(', ')})`,
        );
      }
      welcome ??= frame;
    } else if (welcome === undefined && frame.type !== 'error' && frame.type !== 'bye') {
      judge('R-HELLO-2', 'relay', `\`${frame.type}\` before \`welcome\``);
    }
  }

  function heartbeat(at: number | undefined): void {
    if (at === undefined) return;
    const silence = relayAt === undefined || welcome === undefined ? 0 : at - relayAt;
    const patience = welcome === undefined ? 0 : welcome.heartbeat.intervalMs + welcome.heartbeat.graceMs;
    relayAt = at;
    if (silence > patience) {
      judge('R-HEART-1', 'relay', `Silent for ${silence} ms; intervalMs + graceMs is ${patience} ms`);
    }
  }

  function ping(from: Subject, id = ''): void {
    const waiting = from === 'relay' ? pings.relay : pings.peer;
    waiting.set(id, (waiting.get(id) ?? 0) + 1);
  }

  function pong(from: Subject, id = ''): void {
    const waiting = from === 'relay' ? pings.peer : pings.relay;
    const count = waiting.get(id) ?? 0;
    if (count === 0) judge('R-HEART-2', from, `\`pong\`${id === '' ? '' : ` ${id}`} answers no \`ping\``);
    if (count > 1) waiting.set(id, count - 1);
    else waiting.delete(id);
  }

  function error(from: Subject, { code, ref, retryAfterMs }: ErrorFrame): void {
    if (from !== 'relay') return;
    if (ref !== undefined && !ids.has(ref)) {
      judge('R-FRAME-5', 'relay', `\`error.ref\` ${ref} is the id of no frame of this connection`);
    }
    if (code === 'rate_limited' && retryAfterMs === undefined) {
      judge('R-EVENT-8', 'relay', '`rate_limited` without `retryAfterMs`');
    }
  }

  /** What must hold of every frame before its type is looked at. */
  function admit(from: Subject, frame: Frame, at: number | undefined): void {
    const end = over.get(from);
    if (end !== undefined) judge('R-CLOSE-7', from, `\`${frame.type}\` after ${end}`);
    if (frame.type === 'bye') over.set(from, '`bye`');
    if (from === 'relay') heartbeat(at);
    opening(from, frame);
    remember(from, frame);
  }

  function close(from: Subject, code: number): void {
    over.set(from, `the close with ${code}`);
  }

  /** Frames of a capability need a reader that declared it. */
  function needs(capability: string, from: Subject, requirement: string): void {
    const declared = from === 'relay' ? hello?.capabilities : welcome?.capabilities;
    if (declared?.includes(capability)) return;
    judge(
      from === 'relay' ? requirement : 'R-FRAME-10',
      from,
      `The reader did not declare the capability \`${capability}\``,
    );
  }

  return {
    get hello() {
      return hello;
    },
    get welcome() {
      return welcome;
    },
    remember,
    admit,
    close,
    ping,
    pong,
    error,
    needs,
    renew: (): void => void renewals++,
    renewed(): void {
      if (renewals-- > 0) return;
      renewals = 0;
      judge('R-AUTH-1', 'relay', '`auth` that nobody asked for');
    },
  };
}

export type Session = ReturnType<typeof createSession>;
