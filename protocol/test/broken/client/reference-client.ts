import type { Launch, Launched } from '../../../src/conformance/peer/launch.ts';
import { mintId } from '../../../src/id.ts';
import type { Defects } from '../defects.ts';
import { type Loose, openWire } from '../wire.ts';
import { createConversation } from './conversation.ts';

/** A small client that does everything right, but for the defects that it is given. */
export const launchReferenceClient =
  (has: Defects): Launch =>
  async (url) => {
    const outbox = new Map<string, Loose>();
    const name = 'alice';
    const conversation = createConversation(has, (cursor) =>
      wire.send({ type: 'attach', conversation: name, ...cursor }),
    );
    let minted = 0;

    function submit(content: string): void {
      const id = has('R-EVENT-6') ? `content-${content.length}` : mintId();
      const event = { type: 'event', id, content, timestamp: Date.now() };
      if (!has('R-EVENT-7')) outbox.set(`${id} ${minted++}`, event);
      wire.send(event);
    }

    function settle(id: unknown): void {
      for (const [key, event] of outbox) if (event.id === id) outbox.delete(key);
    }

    function refused({ ref, retryable, retryAfterMs = 0 }: Loose): void {
      if (retryable !== true) return settle(ref);
      const event = [...outbox.values()].find(({ id }) => id === ref);
      if (event !== undefined) setTimeout(() => wire.send(event), Number(retryAfterMs));
    }

    const wire = openWire({
      url,
      has,
      hello: () => {
        const cursor = conversation.cursor();
        return {
          type: 'hello',
          role: 'client',
          versions: [1],
          token: 'secret',
          capabilities: ['stream', 'signal'],
          ...(cursor !== undefined && { attach: [{ conversation: name, ...cursor }] }),
        };
      },
      onWelcome(send) {
        if (has('R-FRAME-10')) send({ type: 'signal', kind: 'typing' });
        for (const event of outbox.values()) send(event);
      },
      onFrame(frame) {
        switch (frame.type) {
          case 'attached':
            return conversation.attached(frame);
          case 'ack':
            return settle(frame.id);
          case 'error':
            return refused(frame);
          case 'event':
          case 'reply':
          case 'turn':
            return conversation.take(frame);
        }
      },
    });

    const launched: Launched = {
      write(line) {
        const command = JSON.parse(line) as { do: string; content?: string };
        if (command.do === 'send') submit(command.content ?? '');
        if (command.do === 'cancel') wire.send({ type: 'cancel', conversation: name });
        if (command.do === 'view') launched.onLine?.(JSON.stringify({ view: conversation.view() }));
      },
      stop: () => wire.stop(),
      async kill() {
        wire.kill();
      },
    };
    return launched;
  };
