import { mintId } from '@websocket-channel/protocol';
import { sdkRelay } from './dialects/sdk-relay.ts';
import { conversationName } from './load.ts';
import type { Held, MemoryProcess } from './memory-process.ts';

/** Of the participants half come each hour, exchange messages with the agent, and leave. */
const participants = 80;
const perHour = 40;
const exchanges = 40;
export const hours = 24;

/** From this hour on each conversation has gone several times through its bound. */
export const fullAfter = 12;

const filler = 'The quick brown fox jumps over the lazy dog. '.repeat(10);

/** Lives through a day. @returns What the relay held at the end of each hour. */
export async function liveDay({ port, held }: MemoryProcess): Promise<readonly Held[]> {
  const agent = await sdkRelay.openAgent(port, {
    event: (conversation, content) => agent.reply(conversation, mintId(), content),
  });
  const hourly: Held[] = [];
  for (let hour = 0; hour < hours; hour++) {
    const first = (hour * perHour) % participants;
    await Promise.all(Array.from({ length: perHour }, (_, n) => visit(port, conversationName(first + n))));
    hourly.push(await held());
  }
  agent.close();
  return hourly;
}

/** One participant comes, says something and hears the same, again and again, and leaves. */
async function visit(port: number, name: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let said = 0;
  const say = () => client.submit(`${name} ${said} ${filler}`);
  const client = await sdkRelay.openClient(port, name, {
    reply(content) {
      if (content !== `${name} ${said} ${filler}`) throw new Error(`${name}: came "${content}" at ${said}`);
      if (++said < exchanges) say();
      else resolve();
    },
    delta() {
      throw new Error(`${name}: a delta came that nobody sent`);
    },
  });
  say();
  await promise;
  client.close();
}
