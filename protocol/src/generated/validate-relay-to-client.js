// Generated from the registry by protocol/scripts/generate.ts
import { members, free, items, integer, flag, numberOrText, text, word } from '../checks.ts';

const check0 = text("^[!-.0-~]{1,128}$");
const check1 = text("", 262144);
const check2 = integer(0, 8640000000000000);
const check3 = text("^[!-~]{1,256}$");
const check4 = text("^[a-z][a-z0-9_-]{0,31}$");
const check5 = text("^[A-Za-z0-9_-]{1,64}$");
const check6 = text("^[^\\u0000-\\u001f\\u007f]*$", 128, 1);
const check9 = text("", 255, 1);
const check10 = text("^[a-z0-9.+-]{1,63}/[a-z0-9.+-]{1,63}$");
const check11 = integer(0, 9007199254740991);
const check12 = text("^[0-9a-f]{64}$");
const check13 = text("", 2048, 1);
const check14 = integer(1, 1000000);
const check15 = integer(0, 2147483647);
const check16 = members({ id$: check5, name$: check9, mime$: check10, size$: check11, sha256: check12, url$: check13, width: check14, height: check14, durationMs: check15 });
const check17 = items(check16, 32);
const check19 = free(16, "^[a-z0-9-]+(\\.[a-z0-9-]+)+$");
const check20 = integer(1, 9007199254740991);
const check21 = items(check5, 256);
const check26 = text("^[a-z][a-z0-9_]{0,63}$");
const check27 = text("", 1024);
const check29 = word("token, block, none");
const check30 = members({ name$: check5, description$: check6, args: check6 });
const check31 = items(check30, 128);
const check32 = members({ source$: check0, online$: flag, stream: check29, name: check6, commands: check31 });
const check42 = text("", 64, 1);
const check49 = text("", 64);
const messages = {
  event: members({ source$: check0, content$: check1, timestamp$: check2, conversation: check3, kind: check4, target: check5, sender: members({ name: check6, locale: text("^[A-Za-z0-9-]{2,35}$") }), attachments: check17, replyTo: check5, thread: check5, traceparent: text("^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"), ext: check19, id: check5, epoch: check5, seq: check20 }),
  reply: members({ kind$: check4, content$: check1, timestamp: check2, turn: check5, events: check21, index: check11, count: check20, replace: flag, target: check5, attachments: check17, actions: items(members({ id$: check5, label$: check6, style: check4 }), 16), replyTo: check5, thread: check5, ext: check19, id: check5, conversation: check3, source: check0, epoch: check5, seq: check20 }),
  turn: members({ id$: check5, status$: word("accepted, started, ended"), events$: check21, outcome: check4, error: members({ code$: check26, message$: check27 }), timestamp: check2, conversation: check3, source: check0, epoch: check5, seq: check20 }),
  signal: members({ kind$: check4, conversation$: check3, source: check0, active: flag, agent: check32, turn: check5, id: check5, index: check11, content: check1 }),
  welcome: members({ version$: integer(1, 65535), session$: check5, identity$: members({ source$: check0, name: check6 }), conversation: check3, heartbeat$: members({ intervalMs$: check15, graceMs$: check15 }), limits$: members({ frameBytes$: integer(1024, 1048576), contentLength$: integer(1, 262144) }), capabilities: items(text("^[a-z][a-z0-9.-]{0,63}$"), 64), files: members({ url$: check13, maxBytes$: check20 }), tokenExpiresAt: check2, software: members({ name$: check42, version$: check42 }) }),
  attached: members({ conversation$: check3, epoch$: check5, seq$: check11, recovered$: word("complete, truncated, reset"), agent$: check32 }),
  ack: members({ id$: check5, conversation$: check3, epoch$: check5, seq$: check20, status$: word("accepted, duplicate") }),
  receipt: members({ conversation$: check3, status$: check4, events: check21, seq: check20, source: check0 }),
  history: members({ conversation$: check3, epoch$: check5, frames$: items(members({ type$: word("event, reply, turn"), seq$: check20 }), 200), more$: flag }),
  auth: members({ tokenExpiresAt: check2 }),
  error: members({ code$: check26, message$: check27, retryable$: flag, retryAfterMs: check15, ref: check49, conversation: check3, details: members({ path: text("", 512), keyword: check49, limit: numberOrText(512) }) }),
  ping: members({ id: check5 }),
  pong: members({ id: check5 }),
  bye: members({ reason$: check4, message: check27, reconnectAfterMs: check15 }),
};
// The parser finds a validator by its type, so that no validator looks at the type again.
export const validators = new Map(Object.entries(messages));
