// The client SDK 0.1.0 with its exercise. Made by protocol/scripts/freeze-client.ts, and never changed.

// src/close-codes.ts
var mayReconnect = (code) => code < 4400 || code > 4499;

// src/codec.ts
var depth = 16;
var idLength = 64;
function createParser(validators2, isPlain) {
  return (text2) => {
    let value;
    try {
      value = JSON.parse(text2);
    } catch {
    }
    if (!isObject(value)) return fault("malformed", "The frame is not a JSON object");
    if (!isPlain?.(text2) && !tidy(value, depth, true)) {
      return fault("too_deep", `The frame is nested more than ${depth} levels deep`, {
        details: { limit: depth }
      });
    }
    const { type } = value;
    if (typeof type !== "string") {
      return breach("malformed", value, { path: "/type", keyword: "type", limit: "string" });
    }
    const validate = validators2.get(type);
    if (validate === void 0) return { status: "unknown", type };
    const broken = validate(value);
    return broken === void 0 ? { status: "frame", frame: value } : breach("invalid", value, broken);
  };
}
var encode = (frame) => JSON.stringify(frame);
function breach(code, { id }, { path, keyword, limit }) {
  return fault(code, `${path} breaks the rule ${keyword}${limit === void 0 ? "" : ` (${limit})`}`, {
    details: { path, keyword, ...limit !== void 0 && { limit } },
    ...typeof id === "string" && id.length <= idLength && { ref: id }
  });
}
var fault = (code, message, rest) => ({ status: "fault", fault: { code, message, ...rest } });
var isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
function tidy(value, levels, nulls) {
  for (const key in value) {
    const member = value[key];
    if (typeof member !== "object") continue;
    if (member !== null) {
      if (levels === 1 || !tidy(member, levels - 1, nulls && key !== "ext")) return false;
    } else if (nulls && !Array.isArray(value)) delete value[key];
  }
  return true;
}

// src/id.ts
function mintId(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  const random = Array.from(bytes, (byte) => (byte + 256).toString(16).slice(1)).join("");
  const time = now.toString(16).padStart(12, "0");
  const variant = "89ab".charAt(bytes[9] & 3);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(3, 6)}-${random.slice(6, 18)}`;
}

// src/versions.ts
var subprotocol = "websocket-channel.v1";
var versions = [1];

// src/checks.ts
function first(list, find) {
  for (const [i, item] of list.entries()) {
    const fault2 = find(item, i);
    if (fault2) return fault2;
  }
  return void 0;
}
var rules = (...list) => (value, path) => first(list, ([keyword, limit, holds]) => holds(value) ? void 0 : { path, keyword, limit });
var string = ["type", "string", (value) => typeof value === "string"];
var object = rules([
  "type",
  "object",
  (value) => typeof value === "object" && value !== null && !Array.isArray(value)
]);
function text(pattern, most = Infinity, least = 0) {
  const expression = new RegExp(pattern, "u");
  return rules(
    string,
    ["maxLength", most, (value) => value.length <= most || [...value].length <= most],
    ["minLength", least, (value) => value.length >= least],
    ["pattern", pattern, (value) => expression.test(value)]
  );
}
var word = (words) => rules(string, ["enum", words, (value) => words.split(", ").includes(value)]);
var integer = (least, most) => rules(
  ["type", "integer", Number.isInteger],
  ["maximum", most, (value) => value <= most],
  ["minimum", least, (value) => value >= least]
);
var flag = rules(["type", "boolean", (value) => typeof value === "boolean"]);
function items(check, most) {
  const array = rules(
    ["type", "array", Array.isArray],
    ["maxItems", most, (value) => value.length <= most]
  );
  return (value, path) => array(value, path) ?? first(value, (item, i) => check(item, `${path}/${i}`));
}
function members(checks) {
  const list = Object.entries(checks).map(([name, check]) => [name.split("$"), check]);
  return (value, path) => {
    const members2 = value;
    return object(value, path) ?? first(
      list,
      ([[key = "", required]]) => required === void 0 || members2[key] !== void 0 ? void 0 : { path: `${path}/${key}`, keyword: "required" }
    ) ?? first(
      list,
      ([[key = ""], check]) => members2[key] === void 0 ? void 0 : check(members2[key], `${path}/${key}`)
    );
  };
}
function free(most, pattern) {
  const size = rules(["maxProperties", most, (value) => Object.keys(value).length <= most]);
  const key = text(pattern);
  return (value, path) => object(value, path) ?? size(value, path) ?? first(Object.keys(value), (name) => key(name, path));
}
var numberOrText = (most) => rules(
  ["type", "number, string", (value) => typeof value === "number" || typeof value === "string"],
  ["maxLength", most, (value) => typeof value === "number" || [...value].length <= most]
);

// src/generated/validate-relay-to-client.js
var check0 = text("^[!-.0-~]{1,128}$");
var check1 = text("", 262144);
var check2 = integer(0, 864e13);
var check3 = text("^[!-~]{1,256}$");
var check4 = text("^[a-z][a-z0-9_-]{0,31}$");
var check5 = text("^[A-Za-z0-9_-]{1,64}$");
var check6 = text("^[^\\u0000-\\u001f\\u007f]*$", 128, 1);
var check9 = text("", 255, 1);
var check10 = text("^[a-z0-9.+-]{1,63}/[a-z0-9.+-]{1,63}$");
var check11 = integer(0, 9007199254740991);
var check12 = text("^[0-9a-f]{64}$");
var check13 = text("", 2048, 1);
var check14 = integer(1, 1e6);
var check15 = integer(0, 2147483647);
var check16 = members({ id$: check5, name$: check9, mime$: check10, size$: check11, sha256: check12, url$: check13, width: check14, height: check14, durationMs: check15 });
var check17 = items(check16, 32);
var check19 = free(16, "^[a-z0-9-]+(\\.[a-z0-9-]+)+$");
var check20 = integer(1, 9007199254740991);
var check21 = items(check5, 256);
var check26 = text("^[a-z][a-z0-9_]{0,63}$");
var check27 = text("", 1024);
var check29 = word("token, block, none");
var check30 = members({ source$: check0, online$: flag, stream: check29, name: check6 });
var check39 = text("", 64, 1);
var check46 = text("", 64);
var messages = {
  event: members({ source$: check0, content$: check1, timestamp$: check2, conversation: check3, kind: check4, target: check5, sender: members({ name: check6, locale: text("^[A-Za-z0-9-]{2,35}$") }), attachments: check17, replyTo: check5, thread: check5, traceparent: text("^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"), ext: check19, id: check5, epoch: check5, seq: check20 }),
  reply: members({ kind$: check4, content$: check1, timestamp: check2, turn: check5, events: check21, index: check11, count: check20, replace: flag, target: check5, attachments: check17, actions: items(members({ id$: check5, label$: check6, style: check4 }), 16), replyTo: check5, thread: check5, ext: check19, id: check5, conversation: check3, source: check0, epoch: check5, seq: check20 }),
  turn: members({ id$: check5, status$: word("accepted, started, ended"), events$: check21, outcome: check4, error: members({ code$: check26, message$: check27 }), timestamp: check2, conversation: check3, source: check0, epoch: check5, seq: check20 }),
  signal: members({ kind$: check4, conversation$: check3, source: check0, active: flag, agent: check30, turn: check5 }),
  welcome: members({ version$: integer(1, 65535), session$: check5, identity$: members({ source$: check0, name: check6 }), conversation: check3, heartbeat$: members({ intervalMs$: check15, graceMs$: check15 }), limits$: members({ frameBytes$: integer(1024, 1048576), contentLength$: integer(1, 262144) }), capabilities: items(text("^[a-z][a-z0-9.-]{0,63}$"), 64), tokenExpiresAt: check2, software: members({ name$: check39, version$: check39 }) }),
  attached: members({ conversation$: check3, epoch$: check5, seq$: check11, recovered$: word("complete, truncated, reset"), agent$: check30 }),
  ack: members({ id$: check5, conversation$: check3, epoch$: check5, seq$: check20, status$: word("accepted, duplicate") }),
  receipt: members({ conversation$: check3, status$: check4, events: check21, seq: check20, source: check0 }),
  history: members({ conversation$: check3, epoch$: check5, frames$: items(members({ type$: word("event, reply, turn"), seq$: check20 }), 200), more$: flag }),
  auth: members({ tokenExpiresAt: check2 }),
  error: members({ code$: check26, message$: check27, retryable$: flag, retryAfterMs: check15, ref: check46, conversation: check3, details: members({ path: text("", 512), keyword: check46, limit: numberOrText(512) }) }),
  ping: members({ id: check5 }),
  pong: members({ id: check5 }),
  bye: members({ reason$: check4, message: check27, reconnectAfterMs: check15 })
};
var validators = new Map(Object.entries(messages).map(([type, check]) => [type, (frame) => check(frame, "")]));

// src/client.ts
var parseRelayToClient = createParser(validators);

// src/link/backoff.ts
var defaultBackoff = { minMs: 500, maxMs: 3e4 };
var backoffDelay = (attempt, { minMs, maxMs }, random) => Math.floor(random * Math.min(maxMs, minMs * 2 ** Math.min(attempt, 30)));

// src/link/machine.ts
var probeMs = 5e3;
var stableMs = 1e4;
function stepLink(state, input, policy) {
  const { status } = state;
  const { patienceMs } = policy;
  switch (input.type) {
    case "start":
      return status === "idle" || status === "closed" ? prepare(0, policy) : [state];
    case "prepared":
      return status === "preparing" ? [{ ...state, status: "connecting" }, patienceMs, "open"] : [state];
    case "opened":
      return status === "connecting" ? [{ ...state, status: "greeting" }, patienceMs, "greet"] : [state];
    case "welcomed": {
      if (status !== "greeting") return [state];
      const { intervalMs, graceMs } = input.welcome.heartbeat;
      const silenceMs = intervalMs + graceMs || Infinity;
      return [{ ...state, status: "ready", since: input.now, silenceMs }, silenceMs];
    }
    case "bye":
      return status === "ready" ? [{ ...state, reconnectAfterMs: input.reconnectAfterMs }] : [state];
    case "lost":
      return isLive(state) ? lose(state, input.loss, input, policy) : [state];
    case "timeout":
      return timeout(state, input, policy);
    case "wake":
      if (status === "waiting") return prepare(state.attempt, policy);
      return status === "ready" && state.silenceMs < Infinity ? [{ ...state, probedAt: state.probedAt ?? input.now }, probeMs, "probe"] : [state];
    case "stop":
      return status === "closed" ? [state] : [{ status: "closed" }, Infinity, "drop"];
  }
}
var isLive = (state) => "attempt" in state && state.status !== "waiting";
var prepare = (attempt, { patienceMs }) => [
  { status: "preparing", attempt },
  patienceMs,
  "prepare"
];
function timeout(state, input, policy) {
  if (state.status === "waiting") return prepare(state.attempt, policy);
  if (!isLive(state)) return [state];
  if (state.status === "ready") {
    const { now, lastFrameAt } = input;
    const { probedAt, silenceMs } = state;
    const probed = probedAt !== void 0 && lastFrameAt < probedAt;
    const left = (probed ? probedAt + probeMs : lastFrameAt + silenceMs) - now;
    if (left > 0) return [probed ? state : { ...state, probedAt: void 0 }, Math.min(left, silenceMs)];
  }
  const [next, delayMs] = lose(state, { code: 0, reason: `timeout while ${state.status}` }, input, policy);
  return [next, delayMs, "drop"];
}
function lose(state, loss, { now, random }, { backoff }) {
  if (!mayReconnect(loss.code)) return [{ status: "closed", loss }, Infinity];
  const ready = state.status === "ready" ? state : void 0;
  const attempt = ready && now - ready.since >= stableMs ? 0 : state.attempt;
  const delayMs = (ready?.reconnectAfterMs ?? 0) + backoffDelay(attempt, backoff, random);
  return [{ status: "waiting", attempt: attempt + 1, delayMs, loss }, delayMs];
}

// src/link/link.ts
var secret = /"token":"(\\.|[^"\\])*"/;
var isOpen = 1;
var longestMs = 2 ** 31 - 1;
var heartbeatTimeout = 4501;
function createLink(options) {
  const { backoff = defaultBackoff, patienceMs = 1e4, onTraffic } = options;
  const policy = { backoff, patienceMs };
  let state = { status: "idle" };
  let socket;
  let timer;
  let token;
  let lastFrameAt = 0;
  let attempt = 0;
  const inputs = [];
  function take(input) {
    if (inputs.push(input) > 1) return;
    try {
      for (const head of inputs) {
        const before = state;
        const [next, timerMs, action] = stepLink(state, head, policy);
        state = next;
        if (timerMs !== void 0) setTimer(timerMs);
        if (action) actions[action]();
        if (head.type === "welcomed" && next !== before) options.onWelcome(head.welcome);
        if (next.status !== before.status) options.onState(next);
      }
    } finally {
      inputs.length = 0;
    }
  }
  const actions = { prepare: prepare2, open, greet, probe, drop };
  function setTimer(ms) {
    clearTimeout(timer);
    if (ms === Infinity) return;
    timer = setTimeout(
      () => {
        timer = setTimeout(expire);
      },
      Math.min(ms, longestMs)
    );
  }
  const expire = () => take({ type: "timeout", now: Date.now(), lastFrameAt, random: Math.random() });
  const lose2 = (code, reason) => take({ type: "lost", loss: { code, reason }, now: Date.now(), random: Math.random() });
  async function prepare2() {
    const current = ++attempt;
    try {
      const fetched = await options.token?.();
      if (current === attempt) token = fetched;
    } catch (error) {
      if (current === attempt) return lose2(0, `no token: ${error}`);
    }
    if (current === attempt) take({ type: "prepared" });
  }
  function open() {
    let failure = "connection failed";
    try {
      socket = options.openSocket(options.url, [subprotocol]);
    } catch (error) {
      return lose2(0, `${error}`);
    }
    socket.onopen = () => take({ type: "opened" });
    socket.onmessage = ({ data }) => read(typeof data === "string" ? data : "");
    socket.onerror = ({ message }) => {
      failure = message || failure;
    };
    socket.onclose = ({ code, reason }) => {
      socket = void 0;
      lose2(code === 1006 || code === 1005 ? 0 : code, reason || failure);
    };
  }
  function drop() {
    attempt++;
    if (socket === void 0) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.onerror = () => {
    };
    socket.close(state.status === "closed" ? 1e3 : heartbeatTimeout);
    socket = void 0;
  }
  function greet() {
    transmit(encode(options.hello(token)));
  }
  function probe() {
    transmit(encode({ type: "ping" }));
  }
  function read(text2) {
    lastFrameAt = Date.now();
    onTraffic?.({ direction: "from-relay", text: text2, at: lastFrameAt });
    const parsed = options.parse(text2);
    if (parsed.status !== "frame") return options.onIgnored?.(parsed);
    const { frame } = parsed;
    switch (frame.type) {
      case "welcome":
        return take({ type: "welcomed", welcome: frame, now: lastFrameAt });
      case "ping":
        return void transmit(encode({ ...frame, type: "pong" }));
      case "bye":
        return take(frame);
      default:
        return options.onFrame(frame);
    }
  }
  function transmit(text2) {
    if (socket?.readyState !== isOpen) return false;
    socket.send(text2);
    onTraffic?.({ direction: "to-relay", text: text2.replace(secret, '"token":"\u2026"'), at: Date.now() });
    return true;
  }
  return {
    get state() {
      return state;
    },
    get bufferedAmount() {
      return socket?.bufferedAmount ?? 0;
    },
    start: () => take({ type: "start" }),
    stop: () => take({ type: "stop" }),
    wake: () => take({ type: "wake", now: Date.now() }),
    write: (text2) => state.status === "ready" && transmit(text2)
  };
}

// ../sdk-client/src/errors.ts
var brand = /* @__PURE__ */ Symbol.for("websocket-channel.ClientError");
var ClientError = class extends Error {
  /** What went wrong, for programs. */
  code;
  /** Whether the same call may succeed later. */
  retryable;
  /** Tells errors apart from those of other packages, whichever copy of this one made them. */
  [brand] = true;
  constructor(code, message, retryable = false) {
    super(message);
    this.name = "ClientError";
    this.code = code;
    this.retryable = retryable;
  }
};

// ../sdk-client/src/client-status.ts
function statusOf({ status, ...rest }) {
  if (status === "ready") return { state: "online" };
  return { state: status === "preparing" || status === "greeting" ? "connecting" : status, ...rest };
}
var refusals = {
  4401: "unauthenticated",
  4403: "forbidden",
  4406: "unsupported_version"
};
function refusal(loss) {
  if (loss === void 0) return new ClientError("closed", "Closed");
  return new ClientError(refusals[loss.code] ?? `close_${loss.code}`, `Refused: ${loss.reason || loss.code}`);
}

// ../sdk-client/src/events.ts
function createEmitter() {
  const listeners = /* @__PURE__ */ new Map();
  return {
    on(name, listener) {
      const others = listeners.get(name) ?? /* @__PURE__ */ new Set();
      listeners.set(name, others.add(listener));
      return () => void others.delete(listener);
    },
    emit(name, value) {
      for (const listener of [...listeners.get(name) ?? []]) {
        try {
          listener(value);
        } catch (error) {
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    }
  };
}

// ../sdk-client/src/exchange.ts
function createExchange(id, state) {
  const accepted = Promise.withResolvers();
  const ended = Promise.withResolvers();
  const chunks = [];
  let changed = Promise.withResolvers();
  let over = false;
  const finish = () => {
    over = true;
    changed.resolve();
  };
  accepted.promise.catch(finish);
  ended.promise.then(finish, finish);
  return {
    exchange: {
      id,
      get state() {
        return state();
      },
      accepted: accepted.promise,
      ended: ended.promise,
      async *[Symbol.asyncIterator]() {
        for (let next = 0; ; ) {
          if (next < chunks.length) yield chunks[next++];
          else if (over) return void await ended.promise;
          else await changed.promise;
        }
      }
    },
    accept: accepted.resolve,
    answer(chunk) {
      chunks.push(chunk);
      changed.resolve();
      changed = Promise.withResolvers();
    },
    end: ended.resolve,
    fail(error) {
      accepted.reject(error);
      ended.reject(error);
    }
  };
}
function chunkOf({ kind }, { content: known } = { content: "" }, after) {
  if (!after || after.content === known) return void 0;
  const { id, content } = after;
  const replace = !content.startsWith(known);
  return { id, kind, text: replace ? content : content.slice(known.length), replace };
}

// ../sdk-client/src/outbox.ts
var ackMs = 1e4;
var retryMs = 3e3;
var emptyOutbox = { status: "away", events: [] };
function stepOutbox(outbox, input) {
  const { status, events } = outbox;
  switch (input.type) {
    case "add":
      return proceed(status, [...events, input.event], status === "idle");
    case "attached":
      return proceed(status, input.events ?? events, status === "away" || input.events !== void 0);
    case "lost":
      return [{ status: "away", events }];
    case "settled":
      return proceed(
        status,
        events.filter(({ id }) => id !== input.id),
        status !== "away" && events[0]?.id === input.id
      );
    case "refused":
      return status === "waiting" && events[0]?.id === input.id ? [{ status: "pausing", events }, input.retryAfterMs] : [outbox];
    case "timeout":
      return proceed(status, events, status === "waiting" || status === "pausing");
  }
}
function proceed(status, events, now) {
  if (!now) return [{ status, events }];
  const [first2] = events;
  return first2 ? [{ status: "waiting", events }, ackMs, first2] : [{ status: "idle", events }];
}

// ../sdk-client/src/timeline.ts
var mostMessages = 1e4;
var emptyConversation = {
  messages: [],
  turns: [],
  seq: 0,
  loose: true,
  attaching: false,
  gaps: []
};
function applyFrame(state, frame, context) {
  switch (frame.type) {
    case "attached":
      return attach(state, frame, context);
    case "ack":
      return markOwn(state, [frame.id], "accepted");
    case "signal":
      return frame.agent ? { ...state, agent: frame.agent } : state;
    case "event":
    case "reply":
    case "turn":
      return inOrder(state, frame, context);
    default:
      return state;
  }
}
function findMessage({ messages: messages2 }, type, id) {
  for (let i = messages2.length - 1; i >= 0; i--) {
    const message = messages2[i];
    if (message.id === id && message.type === type) return message;
  }
  return void 0;
}
var order = [
  "queued",
  "sent",
  "accepted",
  "delivered",
  "answered",
  "failed"
];
var markOwn = (state, ids, delivery, error) => ids.reduce((before, id) => {
  const message = findMessage(before, "event", id);
  return message?.own && (error || order.indexOf(message.state) < order.indexOf(delivery)) ? change(before, message, { state: delivery, error }) : before;
}, state);
function attach(state, { epoch, seq, recovered, agent }, { past }) {
  const complete = recovered === "complete";
  const next = {
    ...state,
    epoch,
    // What was missing once does not come back with later frames.
    recovered: complete && state.recovered || recovered,
    agent,
    attaching: false,
    loose: !complete
  };
  if (!state.epoch) return { ...next, seq: past ? 0 : seq };
  if (recovered !== "reset") return next;
  const messages2 = state.messages.map(
    (message) => message.seq !== void 0 || message.streaming ? { ...message, seq: 0, streaming: false } : message
  );
  return { ...next, messages: messages2, seq: 0, turns: [] };
}
function inOrder(state, frame, context) {
  const { seq, epoch = state.epoch } = frame;
  if (seq === void 0) return apply(state, frame, context);
  const foreign = state.epoch && epoch !== state.epoch;
  if (foreign || seq > state.seq + 1 && !state.loose) {
    const asked = askAgain(state, state.seq);
    if (asked || foreign || state.attaching) return asked ?? state;
    return inOrder({ ...state, loose: true, recovered: "truncated" }, frame, context);
  }
  return seq > state.seq ? { ...apply(state, frame, context), seq, loose: false, gaps: [] } : state;
}
var askAgain = (state, gap) => state.attaching || state.gaps.includes(gap) ? void 0 : { ...state, attaching: true, gaps: [...state.gaps, gap] };
function apply(state, frame, context) {
  if (frame.type === "turn") return applyTurn(state, frame);
  const { type, kind, target, content, source } = frame;
  if (kind === "edit" || kind === "delete") {
    const message = findMessage(state, type, target);
    return (message?.source ?? source) === source ? change(state, message, kind === "edit" ? { content, edited: true } : { content: "", deleted: true }) : state;
  }
  if (frame.type === "event") return markOwn(put(state, frame, context), [frame.id ?? ""], "accepted");
  return kind === "delta" ? applyDelta(state, frame, context) : put(state, frame, context);
}
function applyDelta(state, frame, context) {
  const { id, count = 1, replace, content } = frame;
  const draft = findMessage(state, "reply", id);
  if (!id || draft && !draft.chunks) return state;
  const known = draft?.chunks ?? 0;
  const { index = known } = frame;
  if (index !== known && !replace) return index + count > known && askAgain(state, id) || state;
  return put(state, frame, context, {
    content: replace || !draft ? content : draft.content + content,
    chunks: index + count,
    streaming: true
  });
}
function applyTurn(state, { id, status, events, outcome = "completed", error }) {
  const turns = state.turns.filter((turn) => turn.id !== id);
  if (status !== "ended") {
    if (state.lastTurn?.id === id) return state;
    return markOwn({ ...state, turns: [...turns, { id, status, events }] }, events, "delivered");
  }
  const failed = outcome === "failed";
  let next = { ...state, turns, lastTurn: { id, events, outcome, error } };
  for (const event of events) next = change(next, findMessage(next, "event", event), { turn: id, outcome });
  for (const draft of next.messages.filter(({ chunks, turn }) => chunks !== void 0 && turn === id)) {
    next = failed || outcome === "aborted" ? change(next, draft, { streaming: false, chunks: void 0, outcome }) : (
      // What no durable reply superseded is kept only where the turn was cut off.
      { ...next, messages: next.messages.filter((message) => message !== draft) }
    );
  }
  return markOwn(next, events, failed ? "failed" : "answered", error);
}
function put(state, frame, { source, now }, more) {
  const { type, id = `at-${frame.seq ?? now}` } = frame;
  const known = findMessage(state, type, id);
  const message = {
    kind: "message",
    timestamp: now,
    own: type === "event" && source === frame.source,
    ...known,
    streaming: false,
    chunks: void 0,
    ...frame,
    id,
    role: type === "event" ? "participant" : "agent",
    ...more
  };
  return { ...state, messages: place(state.messages, known, message) };
}
var addOwn = (state, event) => put(state, event, { source: void 0, now: 0, past: true }, { own: true, state: "queued" });
var change = (state, message, members2) => message ? { ...state, messages: place(state.messages, message, { ...message, ...members2 }) } : state;
function place(messages2, known, message) {
  const { seq } = message;
  const at = known ? messages2.lastIndexOf(known) : -1;
  if (known && known.seq === seq) return messages2.with(at, message);
  const others = known ? messages2.toSpliced(at, 1) : messages2;
  const after = others.findLastIndex((other) => seq === void 0 || other.seq < seq);
  return others.toSpliced(after + 1, 0, message).slice(-mostMessages);
}

// ../sdk-client/src/conversation-control.ts
function createConversation(host, givenName) {
  let state = emptyConversation;
  let outbox = emptyOutbox;
  let timer;
  let scheduled = false;
  const emitter = createEmitter();
  const open = /* @__PURE__ */ new Map();
  const control = {
    name: givenName,
    cursor() {
      update({ ...state, attaching: true });
      const { epoch, seq } = state;
      return { conversation: control.name, epoch, seq: epoch || host.past ? seq : void 0 };
    },
    attach() {
      if (!state.attaching && host.online && control.name)
        host.write({ type: "attach", ...control.cursor() });
    },
    take,
    lose() {
      clearTimeout(timer);
      update({ ...state, attaching: false });
      step({ type: "lost" });
    },
    close() {
      for (const id of open.keys()) fail(id, new ClientError("closed", "Closed"));
    },
    conversation: {
      get name() {
        return control.name;
      },
      get agent() {
        return state.agent;
      },
      get messages() {
        return state.messages;
      },
      get turns() {
        return state.turns;
      },
      get lastTurn() {
        return state.lastTurn;
      },
      get recovered() {
        return state.recovered;
      },
      send,
      cancel: (turn) => say({ type: "cancel", turn }),
      typing: (active) => void say({ type: "signal", kind: "typing", active }),
      subscribe: (listener) => emitter.on("change", listener),
      on: emitter.on
    }
  };
  return control;
  function send(content, { id = mintId(), ...options } = {}) {
    if (!/^[\w-]{1,64}$/.test(id) || open.has(id))
      throw new ClientError("invalid", `Not a new, legal id: ${id}`);
    if (outbox.events.length >= host.outboxLimit) {
      throw new ClientError("outbox_full", `${host.outboxLimit} events wait already`, true);
    }
    const event = { type: "event", id, content, timestamp: Date.now(), ...options };
    const exchange = createExchange(id, () => findMessage(state, "event", id)?.state ?? "answered");
    open.set(id, { ...exchange, event });
    update(addOwn(state, event));
    step({ type: "add", event });
    if (outbox.status === "away") control.attach();
    return exchange.exchange;
  }
  function say(frame) {
    return !!control.name && host.write({ ...frame, conversation: control.name });
  }
  function take(frame) {
    const before = state;
    update(
      applyFrame(state, frame, { source: host.welcome?.identity.source, now: Date.now(), past: host.past })
    );
    switch (frame.type) {
      case "attached":
        step({
          type: "attached",
          events: frame.recovered === "reset" ? [...open.values()].map(({ event }) => event) : void 0
        });
        break;
      case "ack":
      case "event":
        settle(frame.id, frame);
        break;
      case "reply":
        stream(frame, before);
        break;
      case "turn":
        for (const id of frame.events) answered(id, frame.id);
        break;
      case "receipt":
        for (const id of frame.status === "expired" && frame.events || []) {
          fail(id, new ClientError("expired", "The agent was away"));
        }
        break;
      case "error":
        refused(frame);
    }
    if (state.attaching && !before.attaching) host.write({ type: "attach", ...control.cursor() });
    emitter.emit(frame.type, frame);
  }
  function settle(id, where) {
    open.get(id)?.accept(where);
    step({ type: "settled", id });
  }
  function answered(id, turn) {
    settle(id, {});
    const exchange = open.get(id);
    if (!exchange) return;
    exchange.turn = turn;
    if (state.lastTurn?.id !== turn) return;
    const texts = state.messages.filter(
      (message) => message.turn === turn && /^(block|final)$/.test(message.kind)
    );
    const { outcome, error } = state.lastTurn;
    open.delete(id);
    exchange.end({ outcome, error, text: texts.map(({ content }) => content).join("\n\n") });
  }
  function stream(frame, before) {
    const chunk = chunkOf(
      frame,
      findMessage(before, "reply", frame.id),
      findMessage(state, "reply", frame.id)
    );
    if (!chunk) return;
    for (const [event, exchange] of open) {
      if (frame.turn && exchange.turn === frame.turn || frame.events?.includes(event))
        exchange.answer(chunk);
    }
  }
  function refused({
    code,
    message,
    retryable,
    retryAfterMs = retryMs,
    ref,
    conversation
  }) {
    const error = new ClientError(code, message);
    if (ref === void 0 && conversation && state.attaching) {
      if (retryable) timer = setTimeout(attachAnew, retryAfterMs);
      else {
        update({ ...state, attaching: false });
        for (const id of open.keys()) fail(id, error);
      }
    } else if (!retryable) fail(ref, error);
    else if (ref !== void 0 && open.has(ref)) {
      update(markOwn(state, [ref], "queued", { code, message, retrying: true }));
      step({ type: "refused", id: ref, retryAfterMs });
    }
  }
  function attachAnew() {
    if (!state.attaching) return;
    update({ ...state, attaching: false });
    control.attach();
  }
  function fail(id = "", error) {
    const exchange = open.get(id);
    if (!exchange) return;
    open.delete(id);
    update(markOwn(state, [id], "failed", { code: error.code, message: error.message }));
    exchange.fail(error);
    step({ type: "settled", id });
  }
  function write(event) {
    const frame = { ...event, conversation: control.name };
    const most = host.welcome.limits.frameBytes;
    if (new Blob([JSON.stringify(frame)]).size > most) {
      fail(event.id, new ClientError("too_large", `More than ${most} bytes`));
    } else if (host.write(frame)) update(markOwn(state, [event.id], "sent"));
  }
  function step(input) {
    const [next, timerMs, event] = stepOutbox(outbox, input);
    if (timerMs !== void 0 || next.status !== outbox.status) clearTimeout(timer);
    outbox = next;
    if (timerMs !== void 0) timer = setTimeout(step, timerMs, { type: "timeout" });
    if (event) write(event);
  }
  function update(next) {
    if (next === state) return;
    state = next;
    if (scheduled) return;
    scheduled = true;
    queueMicrotask(() => {
      scheduled = false;
      emitter.emit("change", void 0);
    });
  }
}

// ../sdk-client/src/version.ts
var version = "0.1.0";

// ../sdk-client/src/wake.ts
function onWake(wake) {
  const ends = new AbortController();
  const { signal } = ends;
  globalThis.addEventListener?.("online", wake, { signal });
  globalThis.document?.addEventListener("visibilitychange", wake, { signal });
  return () => ends.abort();
}

// ../sdk-client/src/client.ts
var capabilities = ["stream", "signal", "receipt"];
var attachments = 64;
function createClient(options) {
  const { token, source, outboxLimit = 256 } = options;
  new URL(options.url);
  const WebSocket = options.WebSocket ?? globalThis.WebSocket;
  const emitter = createEmitter();
  const controls = [];
  let status = { state: "idle" };
  let connected = Promise.withResolvers();
  let sleep;
  const host = {
    outboxLimit,
    past: options.replay !== "none",
    online: false,
    welcome: void 0,
    write: (frame) => link.write(JSON.stringify(frame))
  };
  const main = open(options.conversation);
  function hello(fetched) {
    const named = controls.filter(({ name }) => name).slice(0, attachments);
    return {
      type: "hello",
      role: "client",
      versions: [...versions],
      token: fetched,
      source,
      capabilities,
      software: { name: "sdk-client", version },
      // Without this member the relay attaches the participant's own conversation.
      attach: named[0] && named.map(({ cursor }) => cursor())
    };
  }
  const link = createLink({
    ...options,
    parse: parseRelayToClient,
    openSocket: (address, subprotocols) => new WebSocket(address, subprotocols),
    hello,
    token: typeof token === "function" ? token : () => token,
    onState,
    onWelcome,
    onFrame,
    onIgnored: (parsed) => emitter.emit("ignored", parsed),
    onTraffic: (traffic) => emitter.emit("traffic", traffic)
  });
  function open(name) {
    const control = createConversation(host, name);
    controls.push(control);
    return control;
  }
  function onWelcome(frame) {
    host.welcome = frame;
    host.online = true;
    main.name ??= frame.conversation;
    for (const { attach: attach2 } of controls) attach2();
  }
  function onFrame(frame) {
    const name = "conversation" in frame ? frame.conversation : void 0;
    if (frame.type === "attached") main.name ??= name;
    for (const control of controls) {
      if (name === void 0 ? control === main || frame.type === "error" : control.name === name)
        control.take(frame);
    }
    emitter.emit("frame", frame);
    emitter.emit(frame.type, frame);
  }
  function onState(state) {
    const next = statusOf(state);
    if (next.state === status.state) return;
    status = next;
    if (next.state === "online") connected.resolve();
    else if (host.online) {
      host.online = false;
      for (const control of controls) control.lose();
    }
    if (next.state === "closed") {
      sleep?.();
      sleep = void 0;
      connected.promise.catch(() => {
      });
      connected.reject(refusal(next.loss));
      connected = Promise.withResolvers();
    }
    emitter.emit("status", next);
  }
  return {
    get status() {
      return status;
    },
    get identity() {
      return host.welcome?.identity;
    },
    connect() {
      sleep ??= onWake(link.wake);
      link.start();
      return connected.promise;
    },
    close() {
      link.stop();
      for (const control of controls) control.close();
    },
    conversation(name) {
      if (name === void 0) return main.conversation;
      const known = controls.find((control) => control.name === name);
      if (known) return known.conversation;
      const { conversation, attach: attach2 } = open(name);
      attach2();
      return conversation;
    },
    send: (content, sendOptions) => main.conversation.send(content, sendOptions),
    cancel: (turn) => main.conversation.cancel(turn),
    on: emitter.on
  };
}

// compat/exercise.ts
async function exercise(createClient2, url, say) {
  const client = createClient2({ url, source: "alice", backoff: { minMs: 5, maxMs: 50 } });
  let lost = Promise.withResolvers();
  client.on("status", ({ state }) => {
    if (state !== "waiting") return;
    lost.resolve();
    say({ step: "lost" });
  });
  const ask = async (content) => {
    const exchange = client.send(content);
    for await (const { text: text3 } of exchange) say({ step: "chunk", text: text3 });
    const { text: text2, outcome } = await exchange.ended;
    say({ step: "answered", text: text2, outcome });
  };
  await client.connect();
  say({ step: "connected" });
  await ask("hello");
  lost = Promise.withResolvers();
  say({ step: "cut me off" });
  await lost.promise;
  const answered = ask("from offline");
  say({ step: "said offline" });
  await answered;
  await ask("slowly");
  say({
    step: "messages",
    messages: client.conversation().messages.map(({ role, content }) => ({ role, content }))
  });
  client.close();
  say({ step: "closed" });
}

// <stdin>
await exercise(createClient, process.argv[2], (step) => console.log(JSON.stringify(step)));
