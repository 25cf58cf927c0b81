import { setImmediate as turn } from 'node:timers/promises';
import type { EventSubmission } from '@websocket-channel/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ClientError } from '../src/errors.ts';
import { type KeptOutbox, keepOutbox } from '../src/kept-outbox.ts';
import { emptyOutbox, stepOutbox } from '../src/outbox.ts';
import type { ShareOutbox } from '../src/outbox-sharing.ts';
import type { OutboxStorage } from '../src/outbox-storage.ts';

const steps = ['send', 'send', 'again', 'connect', 'cut', 'kill', 'store', 'store', 'refuse'] as const;
const course = (tabs: number) =>
  fc.array(
    fc.tuple(
      fc.constantFrom(...steps, ...(tabs > 1 ? (['open', 'lose the log'] as const) : [])),
      fc.nat(tabs - 1),
      fc.nat(3),
    ),
    { maxLength: 80, size: 'max' },
  );

/** One tab: what its conversation holds, and what the relay has not answered. */
interface Tab {
  readonly kept: KeptOutbox;
  readonly failed: Set<string>;
  /** What it would say again to a relay that lost its log. */
  readonly shown: Map<string, EventSubmission>;
  online: boolean;
  /** Which of the relay's logs it knows. */
  log: number | undefined;
  inFlight: string | undefined;
  alive: boolean;
  /** Lets go of the lead, as the browser does for a tab that died. */
  release: () => void;
}

const submission = (id: string): EventSubmission => ({ type: 'event', id, content: id, timestamp: 1 });

/** Tabs that share an outbox, their storage and their relay: nothing of it is lost but by what a test does. */
function world() {
  const lists = new Map<string, EventSubmission[]>();
  const stored: string[] = [];
  const promised = new Set<string>();
  /** What the relay had in a log that it lost, and no tab has said again. */
  const lost = new Set<string>();
  let log = 0;
  const tabs: Tab[] = [];
  const hearers = new Map<Tab, (told: { type: string }) => void>();
  const candidates: { tab: Tab; elect: () => void }[] = [];
  let leader: Tab | undefined;

  function elect(): void {
    while (leader === undefined && candidates.length > 0) {
      const next = candidates.shift()!;
      if (!next.tab.alive) continue;
      leader = next.tab;
      next.elect();
    }
  }

  const list = (key: string): EventSubmission[] => lists.get(key) ?? [];

  function open(): Tab {
    const tab = {
      online: false,
      alive: true,
      failed: new Set(),
      shown: new Map(),
      release: () => {},
    } as unknown as Tab;
    let outbox = emptyOutbox;
    /** An access takes its time; that of a tab that died meanwhile is not made. */
    async function access<T>(work: () => T): Promise<T> {
      await turn();
      return tab.alive ? work() : new Promise<never>(() => {});
    }
    const storage: OutboxStorage = {
      list: (key) => access(() => [...list(key)]),
      add: (key, events) =>
        access(() => {
          const added = events.filter(({ id }) => !list(key).some((other) => other.id === id));
          lists.set(key, [...list(key), ...added]);
          for (const { id } of added) if (!lost.has(id)) promised.add(id);
        }),
      remove: (key, id) =>
        access(() => {
          const left = list(key).filter((event) => event.id !== id);
          lists.set(key, left);
        }),
    };
    const share: ShareOutbox = (_, hear) => {
      hearers.set(tab, hear as never);
      return {
        tell(told) {
          for (const [other, tell] of hearers)
            if (other !== tab) setImmediate(() => other.alive && tell(structuredClone(told)));
        },
        lead: (signal) =>
          new Promise((resolve) => {
            tab.release = () => {
              if (leader === tab) leader = undefined;
              elect();
            };
            signal.addEventListener('abort', () => tab.release());
            candidates.push({ tab, elect: () => (signal.aborted ? tab.release() : resolve()) });
            elect();
          }),
        close: () => hearers.delete(tab),
      };
    };
    const kept = keepOutbox(
      {
        step(input) {
          const [next, , write] = stepOutbox(outbox, input);
          outbox = next;
          if (write) tab.inFlight = write.id;
          return write;
        },
        show: (event) => void tab.shown.set(event.id, event),
        mark: (id, state) => void (state === 'failed' ? tab.failed.add(id) : tab.failed.delete(id)),
        drop: (id) => void tab.shown.delete(id),
        settle: (id) => kept.take({ type: 'settled', id }),
        identity: () => 'alice',
      },
      { key: 'outbox', participant: 'alice', storage, share, judge: () => {} },
    );
    tabs.push(Object.assign(tab, { kept }));
    return tab;
  }

  /** The relay answers what the tab sent. */
  function answer(tab: Tab, error?: ClientError): void {
    const id = tab.inFlight;
    if (id === undefined || !tab.online) return;
    tab.inFlight = undefined;
    const known = stored.includes(id);
    if (!known && !error) stored.push(id);
    if (error && !known) {
      tab.failed.add(id);
      tab.shown.delete(id);
      tab.kept.take({ type: 'settled', id, error });
    } else for (const other of alive()) if (other.online) other.kept.take({ type: 'settled', id });
  }

  function cut(tab: Tab): void {
    tab.online = false;
    tab.inFlight = undefined;
    tab.kept.take({ type: 'lost' });
  }

  /** What the relay had is gone with its log, but for what a tab that lives says again. */
  function loseLog(): void {
    log++;
    for (const id of stored.splice(0)) {
      lost.add(id);
      promised.delete(id);
    }
    for (const tab of alive()) {
      if (!tab.online) continue;
      cut(tab);
      connect(tab);
    }
  }

  function connect(tab: Tab): void {
    const knewAnother = tab.log !== undefined && tab.log !== log;
    Object.assign(tab, { online: true, log });
    if (knewAnother) for (const id of tab.shown.keys()) lost.delete(id);
    tab.kept.take({ type: 'attached', events: knewAnother ? [...tab.shown.values()] : undefined });
  }

  function kill(tab: Tab): void {
    tab.alive = false;
    hearers.delete(tab);
    tab.release();
    void tab.kept.close();
  }

  function say(tab: Tab, id: string): void {
    const event = submission(id);
    tab.shown.set(id, event);
    tab.kept.take({ type: 'add', event });
  }

  const alive = (): Tab[] => tabs.filter((tab) => tab.alive);
  const ids = (key: string): string[] => (lists.get(key) ?? []).map(({ id }) => id);
  return { open, answer, cut, kill, loseLog, connect, say, alive, ids, stored, promised };
}

test('a tab that opens while another one writes hears of all that is written', async () => {
  const { open, answer, connect, say, stored } = world();
  const author = open();
  for (let i = 0; i < 5; i++) await turn();
  const said = Array.from({ length: 8 }, (_, i) => `ev${i}`);
  for (const id of said) say(author, id);
  const other = open();
  connect(other);
  for (let i = 0; i < 60; i++) {
    await turn();
    answer(other);
  }
  expect(stored).toEqual(said);
});

test.each([
  ['in one tab after the other, and in order,', 1],
  ['in several tabs, of a relay that loses its log,', 3],
])('whatever dies, what was stored once %s gets to the relay or is shown as failed', async (_, tabs) => {
  await fc.assert(
    fc.asyncProperty(course(tabs), async (taken) => {
      const { open, answer, cut, kill, loseLog, connect, say, alive, ids, stored, promised } = world();
      let sent = 0;
      const refused = new Set<string>();
      for (const [step, at, pause] of taken) {
        const tab = alive()[at] ?? open();
        if (step === 'open' && alive().length < 3) open();
        if (step === 'send') {
          const id = `ev${String(sent++).padStart(3, '0')}`;
          say(tab, id);
        }
        if (step === 'cut') cut(tab);
        if (step === 'lose the log') loseLog();
        if (step === 'kill') kill(tab);
        if (step === 'store') answer(tab);
        if (step === 'refuse' && tab.inFlight) refused.add(tab.inFlight);
        if (step === 'refuse') answer(tab, new ClientError('forbidden', 'Not yours'));
        if (step === 'connect' && !tab.online) connect(tab);
        const [id] = tab.failed;
        if (step === 'again' && id !== undefined) {
          tab.failed.delete(id);
          say(tab, id);
        }
        for (let i = 0; i < pause; i++) await turn();
      }
      // The browser is closed, and opened again.
      for (const tab of alive()) kill(tab);
      const last = open();
      connect(last);
      for (let idle = 0; idle < 20; idle++) {
        if (last.inFlight !== undefined) idle = 0;
        answer(last);
        await turn();
      }
      kill(last);
      const own = stored.filter((id) => tabs === 1 && !refused.has(id));
      expect(own).toEqual(own.toSorted());
      expect(ids('outbox')).toEqual([]);
      if (tabs > 1) expect(ids('outbox failed').filter((id) => stored.includes(id))).toEqual([]);
      const found = [...stored, ...ids('outbox failed')];
      expect([...promised].filter((id) => !found.includes(id))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
