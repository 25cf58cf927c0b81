import { ack } from './ack.ts';
import { attach } from './attach.ts';
import { attached } from './attached.ts';
import { bye } from './bye.ts';
import { cancel } from './cancel.ts';
import { error } from './error.ts';
import { event } from './event.ts';
import { hello } from './hello.ts';
import type { Message } from './message.ts';
import { ping } from './ping.ts';
import { pong } from './pong.ts';
import { received } from './received.ts';
import { reply } from './reply.ts';
import { signal } from './signal.ts';
import { turn } from './turn.ts';
import { welcome } from './welcome.ts';

/** Every message of protocol v1: the one source of types, validators, schema files and documentation. */
export const registry: readonly Message[] = [
  event,
  reply,
  turn,
  signal,
  hello,
  welcome,
  attach,
  attached,
  ack,
  received,
  cancel,
  error,
  ping,
  pong,
  bye,
];
