import type { CodedScenario } from '../scenario.ts';
import { Unmet } from '../unmet.ts';
import type { RelayStage } from './stage.ts';

const event = (stage: RelayStage, id: string, more: Record<string, unknown>) => ({
  type: 'event',
  id: stage.variables.get(`id:${id}`),
  content: id,
  timestamp: Date.now(),
  conversation: stage.conversation,
  ...more,
});

/** A text of exactly so many UTF-8 bytes that is an event with a member that nobody knows. */
function ofSize(frame: Record<string, unknown>, bytes: number): string {
  const bare = JSON.stringify({ ...frame, padding: '' });
  return JSON.stringify({ ...frame, padding: 'x'.repeat(bytes - bare.length) });
}

/** An object that is so many levels deep, itself being the first. */
const ofDepth = (levels: number): object => (levels === 1 ? {} : { 'com.example': ofDepth(levels - 1) });

export const frameScenarios: readonly CodedScenario<RelayStage>[] = [
  {
    title: 'takes a frame of the advertised size and answers a larger one with too_large',
    requirement: 'R-FRAME-6',
    async run(stage) {
      const alice = await stage.open('alice');
      const limit = alice.welcome.limits.frameBytes;
      const fitting = event(stage, 'fits', {});
      alice.sendText(ofSize(fitting, limit));
      await stage.on('agent').expect({ type: 'event', id: fitting.id });
      alice.sendText(ofSize(event(stage, 'large', {}), limit + 1));
      await alice.expect({ type: 'error', code: 'too_large', retryable: false, details: { limit } });
      // A character outside ASCII counts with all its bytes.
      alice.sendText(ofSize(event(stage, 'wide', { content: '你' }), limit - 1));
      await alice.expect({ type: 'error', code: 'too_large' });
      await alice.settle();
    },
  },
  {
    title: 'takes a frame of 16 levels and answers a deeper one with too_deep',
    requirement: 'R-FRAME-7',
    async run(stage) {
      const alice = await stage.open('alice');
      const deep = event(stage, 'deep', { ext: ofDepth(15) });
      alice.send(deep);
      await stage.on('agent').expect({ type: 'event', id: deep.id });
      alice.send(event(stage, 'deeper', { ext: ofDepth(16) }));
      await alice.expect({ type: 'error', code: 'too_deep', retryable: false });
      // A parser may give up on what is absurdly deep; the connection goes on all the same.
      alice.sendText(`{"type":"event","ext":${'['.repeat(20_000)}${']'.repeat(20_000)}}`);
      const { code } = await alice.expect({ type: 'error' });
      if (code !== 'too_deep' && code !== 'malformed') {
        throw new Unmet('`too_deep` or `malformed`', `came \`${code}\``, alice.excerpt());
      }
      await alice.settle();
    },
  },
  {
    title: 'closes a connection that sends invalid UTF-8, and no other',
    requirement: 'R-FRAME-9',
    async run(stage) {
      const alice = await stage.open('alice');
      const other = await stage.open('alice 2');
      alice.sendText(Uint8Array.from([0x22, 0xc3, 0x28, 0xa0, 0xff, 0x22]));
      await alice.closed(1007);
      await other.settle();
    },
  },
];
