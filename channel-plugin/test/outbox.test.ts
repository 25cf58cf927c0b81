import { describe, expect, it } from 'vitest';
import { ChannelError } from '../src/errors.ts';
import { createOutbox, type DurableFrame } from '../src/outbox.ts';
import { newRecords, newRecordsFile, openRecords } from './support/new-records.ts';

const reply = (id: string, content = 'Hello'): DurableFrame => ({
  type: 'reply',
  id,
  conversation: 'alice',
  kind: 'final',
  content,
});
const end = (id: string): DurableFrame => ({
  type: 'turn',
  id,
  conversation: 'alice',
  status: 'ended',
  events: [],
});

describe('the outbox', () => {
  it('has after a crash what the relay did not have before it, as it was written', () => {
    const file = newRecordsFile();
    const outbox = createOutbox(openRecords(file));
    outbox.add(reply('a'));
    const [entry] = outbox.entries();
    outbox.add(reply('b'));
    outbox.add(reply('c'));
    outbox.add(end('d'));
    outbox.settle('b');
    outbox.fail('c', new ChannelError('refused', 'no'));
    const next = createOutbox(openRecords(file));
    expect(next.entries().map(({ frame }) => frame.id)).toEqual(['a', 'd']);
    expect(next.entries()[0]).toEqual(entry);
    next.settle('a');
    next.settle('d');
    expect(createOutbox(openRecords(file)).size).toBe(0);
  });

  it('leaves out what it cannot read of the past', () => {
    const file = newRecordsFile();
    const past = openRecords(file);
    const frame = (key: string, value: string) => ({ shelf: 'frames' as const, key, value });
    past.write(frame('a', 'nonsense'), frame('b', '{"type":"event","id":"b"}'), frame('c', 'null'));
    expect(createOutbox(openRecords(file)).size).toBe(0);
  });

  it('keeps frames in order until they are settled', async () => {
    const outbox = createOutbox(newRecords());
    const stored = outbox.add(reply('a'));
    outbox.add(reply('b'));
    outbox.add(end('c'));
    expect(outbox.entries().map(({ frame }) => frame.id)).toEqual(['a', 'b', 'c']);
    expect(outbox.settle('a')).toBe(true);
    await expect(stored).resolves.toBeUndefined();
    expect(outbox.entries().map(({ frame }) => frame.id)).toEqual(['b', 'c']);
    expect(outbox.settle('a')).toBe(false);
  });

  it('takes as many frames as it may, and refuses the next with the limit', () => {
    const outbox = createOutbox(newRecords(), { frames: 2, bytes: 10_000 });
    outbox.add(reply('a'));
    outbox.add(reply('b'));
    expect(() => outbox.add(reply('c'))).toThrow(/at most 2 frames/);
    outbox.settle('a');
    outbox.add(reply('c'));
    expect(outbox.size).toBe(2);
  });

  it('counts bytes, and gives them back', () => {
    const bytes = Buffer.byteLength(JSON.stringify(reply('a')));
    const outbox = createOutbox(newRecords(), { frames: 100, bytes: 2 * bytes });
    outbox.add(reply('a'));
    outbox.add(reply('b'));
    expect(() => outbox.add(reply('c', ''))).toThrow(expect.objectContaining({ code: 'outbox_full' }));
    outbox.settle('b');
    outbox.add(reply('c'));
    expect(outbox.size).toBe(2);
  });

  it('takes a message again that it holds, also when it holds as much as it may', () => {
    const bytes = Buffer.byteLength(JSON.stringify(reply('a')));
    const outbox = createOutbox(newRecords(), { frames: 2, bytes: 2 * bytes });
    outbox.add(reply('a'));
    outbox.add(reply('b'));
    outbox.add(reply('a'));
    expect(() => outbox.add(reply('a', 'Hello, Alice'))).toThrow(/at most 2 frames/);
    expect(() => outbox.add(reply('c', ''))).toThrow(/at most 2 frames/);
    expect(outbox.entries().map(({ frame }) => frame.id)).toEqual(['a', 'b']);
  });

  it('always takes the end of a turn', () => {
    const outbox = createOutbox(newRecords(), { frames: 1, bytes: 1 });
    outbox.add(end('a'));
    outbox.add(end('b'));
    expect(outbox.size).toBe(2);
  });

  it('tells the sender that a frame failed', async () => {
    const outbox = createOutbox(newRecords());
    const stored = outbox.add(reply('a'));
    outbox.fail('a', new ChannelError('refused', 'The relay refuses it'));
    await expect(stored).rejects.toMatchObject({ code: 'refused' });
    expect(outbox.size).toBe(0);
  });

  it('keeps a message that is sent again once, for both senders', async () => {
    const outbox = createOutbox(newRecords());
    const first = outbox.add(reply('a'));
    const second = outbox.add(reply('a'));
    expect(outbox.size).toBe(1);
    outbox.settle('a');
    await Promise.all([first, second]);
    expect(outbox.size).toBe(0);
  });

  it('keeps a message that is sent again in its place, also over a crash', async () => {
    const file = newRecordsFile();
    const outbox = createOutbox(openRecords(file));
    outbox.add(reply('a'));
    let isEmpty = false;
    void outbox.empty().then(() => {
      isEmpty = true;
    });
    outbox.add(reply('a'));
    outbox.add(reply('b'));
    outbox.add(reply('a'));
    await Promise.resolve();
    expect(isEmpty).toBe(false);
    expect(outbox.entries().map(({ frame }) => frame.id)).toEqual(['a', 'b']);
    const next = createOutbox(openRecords(file));
    expect(next.entries().map(({ frame }) => frame.id)).toEqual(['a', 'b']);
  });

  it('tells when nothing waits any more', async () => {
    const outbox = createOutbox(newRecords());
    await outbox.empty();
    outbox.add(reply('a'));
    outbox.add(reply('b'));
    let isEmpty = false;
    const empty = outbox.empty().then(() => {
      isEmpty = true;
    });
    outbox.settle('a');
    await Promise.resolve();
    expect(isEmpty).toBe(false);
    outbox.fail('b', new ChannelError('refused', 'No'));
    await empty;
    expect(isEmpty).toBe(true);
  });

  it('gives everything up at once', async () => {
    const outbox = createOutbox(newRecords());
    const all = ['a', 'b'].map((id) => outbox.add(reply(id)));
    outbox.clear(new ChannelError('stopped', 'Over'));
    await Promise.all(all.map((stored) => expect(stored).rejects.toMatchObject({ code: 'stopped' })));
    expect(outbox.size).toBe(0);
  });
});
