import type { Launch } from '../../../src/conformance/peer/launch.ts';
import type { Event, ReplySubmission, TurnSubmission } from '../../../src/generated/frames.ts';
import type { Defects } from '../defects.ts';
import { type Loose, openWire } from '../wire.ts';
import type { Disk } from './disk.ts';
import { createTurns } from './turns.ts';

/** A small agent that does everything right, but for the defects that it is given. */
export const launchReferenceAgent =
  (has: Defects, disk: Disk): Launch =>
  async (url) => {
    let streams = false;
    let crashed = false;
    const turns = createTurns(
      {
        live: (frame) => void wire.send(frame),
        durable(frame) {
          if (crashed) return;
          if (!has('R-REPLY-4')) disk.outbox.set(`${frame.type} ${frame.id}`, frame);
          wire.send(frame);
        },
        get streams() {
          return streams;
        },
      },
      disk,
      has,
    );

    const fetchAll = ({ attachments = [] }: Event) =>
      Promise.allSettled(attachments.map((file) => fetch(new URL(file.url, url.replace('ws', 'http')))));

    function take(event: Event, send: (frame: object) => void): void {
      const { id = '', conversation = event.source } = event;
      const isKnown = disk.inbox.has(id) && !has('R-MAILBOX-4');
      if (!has('R-MAILBOX-3')) disk.inbox.set(id, disk.inbox.get(id) ?? { event, done: false });
      const fetched = has('R-FILE-10') ? fetchAll(event) : undefined;
      if (!isKnown && fetched === undefined) turns.handle(event);
      else if (!isKnown) void fetched?.then(() => turns.handle(event));
      send({ type: 'received', conversation, events: [id] });
    }

    function acknowledged({ id }: Loose): void {
      disk.outbox.delete(`reply ${id}`);
      disk.outbox.delete(`turn ${id}`);
    }

    let resumed = false;
    const wire = openWire({
      url,
      has,
      hello: () => ({
        type: 'hello',
        role: 'agent',
        versions: [1],
        token: 'secret',
        capabilities: ['signal'],
        stream: 'token',
        name: 'Reference',
      }),
      onWelcome(send, { capabilities }) {
        streams = (capabilities as string[]).includes('stream');
        const waiting: (ReplySubmission | TurnSubmission)[] = [...disk.outbox.values()];
        for (const frame of waiting) send(frame);
        if (!resumed) for (const { event, done } of disk.inbox.values()) if (!done) turns.handle(event);
        resumed = true;
      },
      onFrame(frame, send) {
        if (frame.type === 'event') take(frame as unknown as Event, send);
        if (frame.type === 'ack') acknowledged(frame);
        if (frame.type === 'cancel') turns.cancel(String(frame.conversation));
      },
      onLegacy(text, send) {
        const { data } = JSON.parse(text);
        if (data === undefined) return;
        send({
          type: 'reply',
          kind: 'final',
          [has('R-LEGACY-1') ? 'text' : 'content']: `You said ${data.content}`,
        });
      },
    });
    return {
      stop: () => wire.stop(),
      async kill() {
        crashed = true;
        wire.kill();
        turns.crash();
      },
    };
  };
