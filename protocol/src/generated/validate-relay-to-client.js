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
const check16 = members("id! name! mime! size! sha256 url! width height durationMs", check5, check9, check10, check11, check12, check13, check14, check14, check15);
const check17 = items(check16, 32);
const check19 = free(16, "^[a-z0-9-]+(\\.[a-z0-9-]+)+$");
const check20 = integer(1, 9007199254740991);
const check21 = items(check5, 256);
const check26 = text("^[a-z][a-z0-9_]{0,63}$");
const check27 = text("", 1024);
const check29 = word("token, block, none");
const check30 = members("source! online! stream name", check0, flag, check29, check6);
const check39 = text("", 64, 1);
const check46 = text("", 64);
const messages = [
  ["event", members("source! content! timestamp! conversation kind target sender attachments replyTo thread traceparent ext id epoch seq", check0, check1, check2, check3, check4, check5, members("name locale", check6, text("^[A-Za-z0-9-]{2,35}$")), check17, check5, check5, text("^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"), check19, check5, check5, check20)],
  ["reply", members("kind! content! timestamp turn events index count replace target attachments actions replyTo thread ext id conversation source epoch seq", check4, check1, check2, check5, check21, check11, check20, flag, check5, check17, items(members("id! label! style", check5, check6, check4), 16), check5, check5, check19, check5, check3, check0, check5, check20)],
  ["turn", members("id! status! events! outcome error timestamp conversation source epoch seq", check5, word("accepted, started, ended"), check21, check4, members("code! message!", check26, check27), check2, check3, check0, check5, check20)],
  ["signal", members("kind! conversation! source active agent turn", check4, check3, check0, flag, check30, check5)],
  ["welcome", members("version! session! identity! conversation heartbeat! limits! capabilities tokenExpiresAt software", integer(1, 65535), check5, members("source! name", check0, check6), check3, members("intervalMs! graceMs!", check15, check15), members("frameBytes! contentLength!", integer(1024, 1048576), integer(1, 262144)), items(text("^[a-z][a-z0-9.-]{0,63}$"), 64), check2, members("name! version!", check39, check39))],
  ["attached", members("conversation! epoch! seq! recovered! agent!", check3, check5, check11, word("complete, truncated, reset"), check30)],
  ["ack", members("id! conversation! epoch! seq! status!", check5, check3, check5, check20, word("accepted, duplicate"))],
  ["receipt", members("conversation! status! events seq source", check3, check4, check21, check20, check0)],
  ["history", members("conversation! epoch! frames! more!", check3, check5, items(members("type! seq!", word("event, reply, turn"), check20), 200), flag)],
  ["auth", members("tokenExpiresAt", check2)],
  ["error", members("code! message! retryable! retryAfterMs ref conversation details", check26, check27, flag, check15, check46, check3, members("path keyword limit", text("", 512), check46, numberOrText(512)))],
  ["ping", members("id", check5)],
  ["pong", members("id", check5)],
  ["bye", members("reason! message reconnectAfterMs", check4, check27, check15)],
];
// The parser finds a validator by its type, so that no validator looks at the type again.
export const validators = new Map(messages.map(([type, check]) => [type, (frame) => check(frame, '')]));
