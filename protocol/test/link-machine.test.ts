import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Welcome } from '../src/index.ts';
import {
  backoffDelay,
  defaultBackoff,
  type LinkInput,
  type LinkPolicy,
  type LinkState,
  stepLink,
} from '../src/link.ts';

const policy: LinkPolicy = {
  backoff: { minMs: 100, maxMs: 1000 },
  patienceMs: 50,
};

const welcomeWith = (intervalMs: number, graceMs: number): Welcome => ({
  type: 'welcome',
  version: 1,
  session: 'se1',
  identity: { source: 'alice' },
  heartbeat: { intervalMs, graceMs },
  limits: { frameBytes: 1024, contentLength: 10 },
});

const states = {
  idle: { status: 'idle' },
  preparing: { status: 'preparing', attempt: 2 },
  connecting: { status: 'connecting', attempt: 2 },
  greeting: { status: 'greeting', attempt: 2 },
  ready: { status: 'ready', attempt: 2, since: 1000, silenceMs: 80 },
  'ready without heartbeat': { status: 'ready', attempt: 2, since: 1000, silenceMs: Infinity },
  waiting: { status: 'waiting', attempt: 2, delayMs: 70, loss: { code: 0, reason: 'gone' } },
  closed: { status: 'closed' },
} satisfies Record<string, LinkState>;

/** All at time 1200, when the last frame came at 1150: the link is not silent for too long. Chance says a half. */
const inputs = {
  start: { type: 'start' },
  prepared: { type: 'prepared' },
  opened: { type: 'opened' },
  welcomed: { type: 'welcomed', welcome: welcomeWith(60, 20), now: 1200 },
  bye: { type: 'bye', reconnectAfterMs: 300 },
  lost: { type: 'lost', loss: { code: 1001, reason: 'gone' }, now: 1200, random: 0.5 },
  refused: { type: 'lost', loss: { code: 4401, reason: 'no' }, now: 1200, random: 0.5 },
  timeout: { type: 'timeout', now: 1200, lastFrameAt: 1150, random: 0.5 },
  wake: { type: 'wake', now: 1200 },
  stop: { type: 'stop' },
} satisfies Record<string, LinkInput>;

/** Status, timer in milliseconds and action that follow. Where nothing is named, nothing may change. */
const table: Record<keyof typeof states, Partial<Record<keyof typeof inputs, readonly unknown[]>>> = {
  idle: {
    start: ['preparing', 50, 'prepare'],
    stop: ['closed', Infinity, 'drop'],
  },
  preparing: {
    prepared: ['connecting', 50, 'open'],
    lost: ['waiting', 200],
    refused: ['closed', Infinity],
    timeout: ['waiting', 200, 'drop'],
    stop: ['closed', Infinity, 'drop'],
  },
  connecting: {
    opened: ['greeting', 50, 'greet'],
    lost: ['waiting', 200],
    refused: ['closed', Infinity],
    timeout: ['waiting', 200, 'drop'],
    stop: ['closed', Infinity, 'drop'],
  },
  greeting: {
    welcomed: ['ready', 80],
    lost: ['waiting', 200],
    refused: ['closed', Infinity],
    timeout: ['waiting', 200, 'drop'],
    stop: ['closed', Infinity, 'drop'],
  },
  ready: {
    bye: ['ready'],
    lost: ['waiting', 200],
    refused: ['closed', Infinity],
    timeout: ['ready', 30],
    wake: ['ready', 5000, 'probe'],
    stop: ['closed', Infinity, 'drop'],
  },
  'ready without heartbeat': {
    bye: ['ready'],
    lost: ['waiting', 200],
    refused: ['closed', Infinity],
    timeout: ['ready', Infinity],
    stop: ['closed', Infinity, 'drop'],
  },
  waiting: {
    timeout: ['preparing', 50, 'prepare'],
    wake: ['preparing', 50, 'prepare'],
    stop: ['closed', Infinity, 'drop'],
  },
  closed: {
    start: ['preparing', 50, 'prepare'],
  },
};

const names = <T extends object>(of: T) => Object.keys(of) as (keyof T)[];

describe.each(names(states))('a link that is %s', (name) => {
  const state = states[name];
  test.each(names(inputs))('takes %s', (input) => {
    const expected = table[name][input];
    const [next, ...rest] = stepLink(state, inputs[input], policy);
    if (expected === undefined) {
      expect(next).toBe(state);
      expect(rest).toEqual([]);
    } else {
      expect([next.status, ...rest]).toEqual(expected);
    }
  });
});

describe('a link', () => {
  test('counts attempts in vain, and starts anew after a connection that lasted', () => {
    const lose = (state: LinkState, now: number) => stepLink(state, { ...inputs.lost, now }, policy)[0];
    expect(lose(states.greeting, 9999)).toMatchObject({ attempt: 3, delayMs: 200 });
    expect(lose(states.ready, 10_999)).toMatchObject({ attempt: 3, delayMs: 200 });
    expect(lose(states.ready, 11_000)).toMatchObject({ attempt: 1, delayMs: 50 });
  });

  test('adds the time that the relay asked for to the backoff', () => {
    const [leaving] = stepLink(states.ready, inputs.bye, policy);
    expect(stepLink(leaving, inputs.lost, policy)[0]).toMatchObject({ status: 'waiting', delayMs: 500 });
  });

  test('is lost when the relay was silent for interval and grace, not before', () => {
    const at = (now: number) => stepLink(states.ready, { ...inputs.timeout, now }, policy);
    expect(at(1229)).toEqual([{ ...states.ready }, 1]);
    expect(at(1230)).toMatchObject([
      { status: 'waiting', loss: { code: 0, reason: 'timeout while ready' } },
      200,
      'drop',
    ]);
  });

  test('never waits longer for a silent relay than agreed, even when the clock is set back', () => {
    const [next] = stepLink(states.ready, { ...inputs.timeout, now: 1000, lastFrameAt: 9000 }, policy);
    expect(next).toMatchObject({ status: 'waiting', loss: { reason: 'timeout while ready' } });
    const late = { ...inputs.timeout, now: 9000, lastFrameAt: 9000 };
    expect(stepLink(states.ready, late, policy)).toEqual([states.ready, 80]);
  });

  test('that was woken is lost when its probe is not answered', () => {
    const [probed] = stepLink(states.ready, inputs.wake, policy);
    const [again] = stepLink(probed, { type: 'wake', now: 3000 }, policy);
    const late = { ...inputs.timeout, now: 6200 };
    expect(stepLink(again, { ...late, now: 6199 }, policy)).toEqual([again, 1]);
    expect(stepLink(again, late, policy)[0].status).toBe('waiting');
    expect(stepLink(again, { ...late, lastFrameAt: 6185 }, policy)).toMatchObject([
      { status: 'ready', probedAt: undefined },
      65,
    ]);
  });

  test('is final after 4400 to 4499, and after no other code', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 4395, max: 4505 })),
        (code) => {
          const [next] = stepLink(states.ready, { ...inputs.lost, loss: { code, reason: '' } }, policy);
          expect(next.status).toBe(code >= 4400 && code <= 4499 ? 'closed' : 'waiting');
        },
      ),
    );
  });
});

/** What a machine's surroundings may do next, by name. */
const happenings = [
  'start',
  'token',
  'no token',
  'open',
  'welcome',
  'close',
  'refuse',
  'bye',
  'timer',
  'wake',
  'stop',
  'frame',
] as const;

test('whatever happens, a link has one socket at most, and a way forward unless it is closed', () => {
  const steps = fc.array(
    fc.record({
      what: fc.constantFrom(...happenings),
      afterMs: fc.integer({ min: 0, max: 700 }),
      random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      interval: fc.constantFrom(0, 30, 2_147_483_647),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(steps, (sequence) => {
      let state = { status: 'idle' } as LinkState;
      let socket = 'none' as 'none' | 'opening' | 'open';
      let fetching = false;
      let timerAt = Infinity;
      let now = 0;
      let lastFrameAt = 0;
      let announced = 0;

      const take = (input: LinkInput) => {
        const [next, timerMs, action] = stepLink(state, input, policy);
        state = next;
        if (timerMs !== undefined) timerAt = now + timerMs;
        if (action === 'prepare') fetching = true;
        if (action === 'open') {
          expect(socket).toBe('none');
          socket = 'opening';
        }
        if (action === 'greet' || action === 'probe') expect(socket).toBe('open');
        if (action === 'drop') {
          socket = 'none';
          fetching = false;
        }
      };
      const lose = (code: number, random: number) => {
        socket = 'none';
        take({ type: 'lost', loss: { code, reason: '' }, now, random });
      };

      for (const { what, afterMs, random, interval } of sequence) {
        now += afterMs;
        if (what === 'start' || what === 'stop') take({ type: what });
        else if (what === 'wake') take({ type: 'wake', now });
        else if (what === 'token' && fetching) {
          fetching = false;
          take({ type: 'prepared' });
        } else if (what === 'no token' && fetching) {
          fetching = false;
          lose(0, random);
        } else if (what === 'open' && socket === 'opening') {
          socket = 'open';
          take({ type: 'opened' });
        } else if (what === 'welcome' && socket === 'open') {
          lastFrameAt = now;
          take({ type: 'welcomed', welcome: welcomeWith(interval, interval), now });
        } else if (what === 'frame' && socket === 'open') lastFrameAt = now;
        else if (what === 'bye' && socket === 'open') {
          announced = Math.max(announced, interval);
          take({ type: 'bye', reconnectAfterMs: interval });
        } else if (what === 'close' && socket !== 'none') lose(1006, random);
        else if (what === 'refuse' && socket === 'open') lose(4403, random);
        else if (what === 'timer' && timerAt < Infinity) {
          now = Math.max(now, timerAt);
          timerAt = Infinity;
          take({ type: 'timeout', now, lastFrameAt, random });
        }

        const { status } = state;
        expect(fetching).toBe(status === 'preparing');
        expect(socket).toBe(
          status === 'connecting' ? 'opening' : status === 'greeting' || status === 'ready' ? 'open' : 'none',
        );
        if (status === 'idle' || status === 'closed') expect(timerAt).toBe(Infinity);
        else if (status !== 'ready' || state.silenceMs < Infinity) expect(timerAt).toBeLessThan(Infinity);
        if (status === 'waiting') expect(state.delayMs).toBeLessThanOrEqual(policy.backoff.maxMs + announced);
      }
    }),
    { numRuns: 2000 },
  );
});

describe('the backoff', () => {
  test('doubles its bound up to the maximum', () => {
    const bounds = [0, 1, 2, 3, 10, 1e9].map(
      (attempt) => backoffDelay(attempt, { minMs: 100, maxMs: 1000 }, 1 - 1e-9) + 1,
    );
    expect(bounds).toEqual([100, 200, 400, 800, 1000, 1000]);
  });

  test('takes anything from nothing to its bound', () => {
    expect(backoffDelay(3, defaultBackoff, 0)).toBe(0);
    fc.assert(
      fc.property(
        fc.nat(),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempt, random) => {
          const delay = backoffDelay(attempt, defaultBackoff, random);
          expect(delay).toBeGreaterThanOrEqual(0);
          expect(delay).toBeLessThan(Math.min(30_000, 500 * 2 ** attempt));
        },
      ),
    );
  });
});
