import type { PluginRuntime } from 'openclaw/plugin-sdk/runtime-store';
import { describe, expect, it } from 'vitest';
import { createRunWatch } from '../src/host/run-watch.ts';
import type { RunEvent } from '../src/host-port.ts';

type AgentEvent = Parameters<Parameters<PluginRuntime['events']['onAgentEvent']>[0]>[0];

function setUp(entry: object | undefined) {
  const listeners = new Set<(event: AgentEvent) => void>();
  const asked: object[] = [];
  const logged: string[] = [];
  const getSessionEntry = (params: object) => {
    asked.push(params);
    if (entry instanceof Error) throw entry;
    return entry;
  };
  const onAgentEvent = (listener: (event: AgentEvent) => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const patches: unknown[] = [];
  const patchSessionEntry = async ({ update }: { readonly update: (entry: unknown) => unknown }) =>
    void patches.push(update(entry));
  const runtime = { agent: { session: { getSessionEntry, patchSessionEntry } }, events: { onAgentEvent } };
  const note = (message: string): void => void logged.push(message);
  const watch = createRunWatch(runtime as unknown as PluginRuntime, { info: note, warn: note, error: note });
  const told: RunEvent[] = [];
  const unwatch = watch.watch((event) => told.push(event));
  return {
    watch,
    told,
    asked,
    patches,
    logged,
    unwatch,
    tell(data: Record<string, unknown>, more: Partial<AgentEvent> = {}) {
      const event = { runId: 'run1', sessionKey: 'se1', stream: 'lifecycle', seq: 1, ts: 0, data, ...more };
      for (const listener of listeners) listener(event);
    },
  };
}

describe('the runs of the agent', () => {
  it('are told from their start to their end', () => {
    const { tell, told } = setUp({ restartRecoveryDeliveryRunId: 'run1' });
    tell({ phase: 'start' });
    tell({ phase: 'start' }, { runId: 'run2' });
    tell({ phase: 'model' });
    tell({ phase: 'finishing' });
    tell({ phase: 'end', terminalReply: { disposition: 'visible', text: 'Hello' } });
    tell({ phase: 'error' });
    const about = { session: 'se1', run: 'run1' };
    expect(told).toEqual([
      { ...about, phase: 'started', resumes: true },
      { ...about, run: 'run2', phase: 'started', resumes: false },
      { ...about, phase: 'finishing', resumes: true },
      { ...about, phase: 'ended', text: 'Hello' },
      { ...about, phase: 'failed' },
    ]);
  });

  it.each([
    undefined,
    null,
    'Hello',
    { disposition: 'silent', text: 'Hello' },
    { disposition: 'visible', text: 5 },
  ])('end without a text where there is none to be seen: %j', (terminalReply) => {
    const { tell, told } = setUp(undefined);
    tell({ phase: 'end', terminalReply });
    expect(told).toEqual([{ session: 'se1', run: 'run1', phase: 'ended', text: undefined }]);
  });

  it('are not told of other sessions than those with a key, nor after the watch', () => {
    const { tell, told, unwatch } = setUp(undefined);
    tell({ phase: 'end' }, { stream: 'assistant' });
    tell({ phase: 'end' }, { sessionKey: undefined as never });
    unwatch();
    tell({ phase: 'end' });
    expect(told).toEqual([]);
  });

  it('do not end the Gateway when a session cannot be read', () => {
    const { tell, told, logged } = setUp(new Error('database is locked'));
    tell({ phase: 'start' });
    expect(told).toEqual([]);
    expect(logged).toEqual(['A run cannot be followed: database is locked']);
  });

  it('keep a session busy while it is marked as running', () => {
    const { watch, asked } = setUp({ status: 'running' });
    expect(watch.isBusy('se1')).toBe(true);
    expect(asked).toEqual([{ sessionKey: 'se1', readConsistency: 'latest' }]);
    expect(setUp({ status: 'done' }).watch.isBusy('se1')).toBe(false);
    expect(setUp(undefined).watch.isBusy('se1')).toBe(false);
  });

  it.each([
    [false, undefined],
    [false, { status: 'running', abortedLastRun: true }],
    [false, { status: 'running', pendingFinalDelivery: {} }],
    [true, { status: 'running', pendingFinalDelivery: {}, abortedLastRun: true }],
    [true, { status: 'done', pendingFinalDelivery: {} }],
  ])('have an answer in the queue (%s) where the session says %j', (isQueued, entry) => {
    expect(setUp(entry).watch.isAnswerQueued('se1')).toBe(isQueued);
  });

  const unsent = { kind: 'replayable', text: 'Hello', deliveries: [{ id: 'd1', state: 'prepared' }] };

  it('leave to the channel what they were about to say', async () => {
    const { watch, patches } = setUp({ abortedLastRun: true, pendingFinalDelivery: unsent });
    expect(await watch.claimAnswer('se1')).toBe('Hello');
    expect(patches).toEqual([
      { pendingFinalDelivery: { ...unsent, deliveries: [{ id: 'd1', state: 'delivered' }] } },
    ]);
  });

  it.each([
    {},
    { pendingFinalDelivery: unsent },
    { abortedLastRun: true },
    { abortedLastRun: true, pendingFinalDelivery: { ...unsent, kind: 'transport-only' } },
    { abortedLastRun: true, pendingFinalDelivery: { ...unsent, deliveries: [] } },
    { abortedLastRun: true, pendingFinalDelivery: { ...unsent, deliveries: undefined } },
    { abortedLastRun: true, pendingFinalDelivery: { ...unsent, text: 'Look\nMEDIA:cat.png' } },
    ...['queued', 'unknown', 'delivered', 'suppressed'].map((state) => ({
      abortedLastRun: true,
      pendingFinalDelivery: { ...unsent, deliveries: [...unsent.deliveries, { id: 'd2', state }] },
    })),
  ])('keep what may have been sent, or is no text: %j', async (entry) => {
    const { watch, patches } = setUp(entry);
    expect(await watch.claimAnswer('se1')).toBeUndefined();
    expect(patches).toEqual([null]);
  });

  it('need not be stopped where there is no session', async () => {
    await expect(setUp(undefined).watch.stop('se1')).resolves.toBeUndefined();
  });
});
