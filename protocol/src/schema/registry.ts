import { ack } from './ack.ts';
import { attach } from './attach.ts';
import { attached } from './attached.ts';
import { auth } from './auth.ts';
import { bye } from './bye.ts';
import { cancel } from './cancel.ts';
import { detach } from './detach.ts';
import { error } from './error.ts';
import { event } from './event.ts';
import { hello } from './hello.ts';
import { history } from './history.ts';
import type { Message } from './message.ts';
import { ping } from './ping.ts';
import { pong } from './pong.ts';
import { receipt } from './receipt.ts';
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
  detach,
  ack,
  received,
  receipt,
  history,
  cancel,
  auth,
  error,
  ping,
  pong,
  bye,
];
