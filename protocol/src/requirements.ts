/** How much of the protocol a peer claims: each profile includes the ones before it. */
export type Profile = 'core' | 'reliable' | 'rich';

/** Whom a requirement binds. */
export type Subject = 'relay' | 'client' | 'agent';

/** One testable sentence of the protocol. PROTOCOL.md, CLIENT.md, vectors and the conformance runner share its id. */
export interface Requirement {
  readonly id: string;
  readonly profile: Profile;
  readonly subjects: readonly Subject[];
  readonly text: string;
}

const everybody: readonly Subject[] = ['relay', 'client', 'agent'];
const relay: readonly Subject[] = ['relay'];
const client: readonly Subject[] = ['client'];
const agent: readonly Subject[] = ['agent'];
const peers: readonly Subject[] = ['client', 'agent'];

const topic = (
  name: string,
  rows: readonly (readonly [Profile, readonly Subject[], string])[],
): Requirement[] =>
  rows.map(([profile, subjects, text], index) => ({ id: `R-${name}-${index + 1}`, profile, subjects, text }));

/** Every requirement of protocol v1, by topic. Numbers are never reused. */
export const requirements: readonly Requirement[] = [
  ...topic('FRAME', [
    [
      'core',
      everybody,
      'Sends each frame as one WebSocket text message that holds one JSON object with a string `type`.',
    ],
    [
      'core',
      everybody,
      'Ignores a frame of unknown `type` and members that it does not know; the connection goes on.',
    ],
    ['core', everybody, 'Takes a member that is `null` for absent.'],
    [
      'core',
      relay,
      'Answers a text that is no JSON object with a string `type` with `error` `malformed`; the connection goes on.',
    ],
    [
      'core',
      relay,
      'Answers a frame that breaks its schema with `error` `invalid`, the member in `details.path` and the `id` of the frame in `ref`; the connection goes on.',
    ],
    [
      'reliable',
      relay,
      'Answers a frame larger than `welcome.limits.frameBytes` with `error` `too_large` and the limit in `details.limit`; the connection goes on. Beyond four times the limit it may close with 1009.',
    ],
    [
      'reliable',
      relay,
      'Answers a frame nested deeper than 16 levels with `error` `too_deep`; the connection goes on.',
    ],
    ['reliable', relay, 'Answers a binary message with `error` `malformed`; the connection goes on.'],
    [
      'reliable',
      relay,
      'Closes a connection that sends invalid UTF-8 with 1007; every other connection is unaffected.',
    ],
    [
      'core',
      everybody,
      'Sends only frames that are valid in their direction, and none whose capability its reader did not declare.',
    ],
  ]),
  ...topic('HELLO', [
    ['core', peers, 'Sends `hello` as its first frame, and only once.'],
    [
      'core',
      relay,
      'Answers a legal `hello` with `welcome`, before any other frame but `error` and `bye`, with a `version` from `hello.versions`.',
    ],
    ['reliable', relay, 'Answers any other first frame with `error` `unexpected` and closes with 4400.'],
    ['reliable', relay, 'Closes with 4502 when no `hello` came within 5 seconds.'],
    ['reliable', relay, 'Answers a second `hello` with `error` `unexpected`; the connection goes on.'],
    [
      'reliable',
      relay,
      'Answers a `hello` without a common version with `error` `unsupported_version` and closes with 4406.',
    ],
    [
      'reliable',
      relay,
      'Answers a `hello` whose token it refuses with `error` `unauthenticated` and closes with 4401.',
    ],
    [
      'reliable',
      relay,
      'Answers a `hello` whose `role` does not belong on the path with `error` `forbidden` and closes with 4403.',
    ],
    ['core', peers, 'Never puts a token into a URL.'],
    ['core', relay, 'Selects the subprotocol `websocket-channel.v1` when it is offered.'],
  ]),
  ...topic('HEART', [
    [
      'core',
      relay,
      'Sends a frame at least every `welcome.heartbeat.intervalMs`, a `ping` when there is nothing else.',
    ],
    ['core', everybody, 'Answers `ping` with `pong` that carries the same `id`.'],
    [
      'reliable',
      relay,
      'Pings a peer that is silent, also while it speaks to it, and closes it with 4501 when it stays silent for `intervalMs + graceMs`.',
    ],
    [
      'reliable',
      peers,
      'Takes the connection for dead after `intervalMs + graceMs` without a frame, and reconnects.',
    ],
  ]),
  ...topic('ATTACH', [
    [
      'core',
      relay,
      "Attaches the participant's own conversation when `hello.attach` is absent, and answers with `attached`.",
    ],
    [
      'reliable',
      relay,
      'Answers each entry of `hello.attach` and each `attach` with one `attached`, or with `error` `forbidden` when the conversation is not open to the participant.',
    ],
    [
      'reliable',
      relay,
      'After `attached` sends every durable frame after the cursor in the order of `seq`, then live traffic; none is left out, doubled or overtaken.',
    ],
    [
      'reliable',
      relay,
      'Says `recovered: "complete"` only when no frame after the cursor is missing, `truncated` when older frames are no longer kept, `reset` when the cursor belongs to another epoch or lies beyond the end. Frames that are given up during the replay are told by another `attached` `truncated`.',
    ],
    [
      'reliable',
      relay,
      'Hands a stream in flight to a new attachment as one delta with `index: 0`, `replace: true`, the text so far and its `count`.',
    ],
    [
      'reliable',
      relay,
      'Sends no event, reply, turn, signal or receipt of a conversation to a connection that has not attached it, or that has detached it.',
    ],
    ['reliable', relay, 'Never sends a frame of a conversation to a participant to whom it is not open.'],
    [
      'reliable',
      relay,
      'Hands the last live `turn` of each running turn to a new attachment, so that a reloaded page can stop it; none of a turn that has ended.',
    ],
  ]),
  ...topic('EVENT', [
    ['core', relay, 'Stamps `source` with the authenticated identity; what the client claims is ignored.'],
    ['core', relay, "Hands each event to the conversation's agent."],
    [
      'reliable',
      relay,
      'Gives each durable frame of a conversation the next `seq`: 1, 2, 3 … without holes, within one `epoch`.',
    ],
    ['reliable', relay, 'Echoes each event to every attached connection, those of its sender included.'],
    [
      'reliable',
      relay,
      'Answers an event for a conversation that is not open to the participant with `error` `forbidden`.',
    ],
    [
      'core',
      client,
      'Gives each event an `id` of its own, and repeats the same `id` when it sends the same event again.',
    ],
    [
      'reliable',
      client,
      'Keeps an event until its `ack` or a final `error`, and sends it again after a reconnect, in the original order.',
    ],
    [
      'reliable',
      relay,
      'Answers too many events with `error` `rate_limited` and `retryAfterMs`; the connection goes on.',
    ],
  ]),
  ...topic('ACK', [
    [
      'reliable',
      relay,
      'Sends one `ack` per submission, and only after the durable append: whoever attaches then gets the frame.',
    ],
    [
      'reliable',
      relay,
      'Answers a repetition (same `id`, same content) with `ack` `duplicate` and the first `seq`; it is not delivered again.',
    ],
    ['reliable', relay, 'Answers the same `id` with other content with `error` `conflict`.'],
    ['reliable', relay, 'Acknowledges durable replies and ended turns to the agent in the same way.'],
  ]),
  ...topic('MAILBOX', [
    ['reliable', relay, 'Keeps events while the agent is away, and delivers them in order when it is back.'],
    [
      'reliable',
      relay,
      'Delivers an event again after a reconnect of the agent until the agent said `received`.',
    ],
    ['reliable', agent, 'Says `received` only once the event would survive its own crash.'],
    ['reliable', agent, 'Handles an event once, however often it is delivered.'],
    [
      'reliable',
      relay,
      'Refuses events with `error` `mailbox_full` when the mailbox is full; nothing that was acknowledged is dropped for it.',
    ],
    [
      'rich',
      relay,
      'Tells capable clients by `receipt` when the agent took an event over (`delivered`) or when it is given up (`expired`). What it gives up it may end in the log too, for clients that are away: by a `turn` `ended` of its own that names the events, with outcome `failed` and error code `expired`.',
    ],
  ]),
  ...topic('REPLY', [
    ['core', relay, 'Hands each reply to every attached connection of its conversation.'],
    [
      'reliable',
      relay,
      'Answers a reply, turn or signal for a conversation that the agent does not serve with `error` `forbidden`; a conversation that no participant has opened is served by nobody.',
    ],
    ['core', client, 'Shows a reply of unknown `kind` as text.'],
    ['reliable', agent, 'Sends a durable reply or ended turn again, with the same `id`, until its `ack`.'],
    ['reliable', client, 'Drops a durable frame whose `seq` it has, and attaches again when one is missing.'],
  ]),
  ...topic('STREAM', [
    ['core', relay, 'Sends deltas only to connections that declared the capability `stream`.'],
    ['rich', agent, 'Keeps one `id` from the first delta to the `block` or `final` that supersedes them.'],
    [
      'rich',
      agent,
      'Numbers the chunks of a stream from 0 without holes; `replace: true` restarts the text, not the numbers.',
    ],
    [
      'rich',
      relay,
      'May merge successive deltas of one reply into one, whose `count` is the sum; never splits, reorders or alters the text.',
    ],
    ['rich', client, 'Ignores a chunk that it has, and attaches again when one is missing.'],
    ['core', everybody, 'A delta carries and consumes no `seq`.'],
  ]),
  ...topic('TURN', [
    ['core', agent, 'Sends `turn` `accepted` as soon as it has an event, before the model is asked.'],
    [
      'core',
      agent,
      'Ends every turn with `turn` `ended` and an `outcome`, also after a failure, an abort or a silent run.',
    ],
    ['rich', agent, 'Names in `events` each event that the turn answers, those steered into it included.'],
    ['core', client, 'Takes a turn for running until `ended`, whatever replies arrive.'],
  ]),
  ...topic('CANCEL', [
    [
      'core',
      relay,
      'Hands `cancel` to the agent with `source` stamped, from whichever connection of the participant it comes.',
    ],
    [
      'core',
      agent,
      'Stops the named turn, or every running turn of the conversation, and ends it with outcome `aborted`.',
    ],
    ['reliable', relay, 'Answers `cancel` with `error` `agent_offline` while the agent is away.'],
  ]),
  ...topic('SIGNAL', [
    [
      'rich',
      relay,
      'Sends signals only to connections that declared the capability `signal`, never stores them, and stamps `source`.',
    ],
    [
      'reliable',
      relay,
      "Tells capable clients by `signal` `presence` when the conversation's agent comes or goes.",
    ],
  ]),
  ...topic('FILE', [
    [
      'rich',
      relay,
      'Stores what is uploaded to `welcome.files.url`, and answers 201 with its attachment: `mime`, `size` and `sha256` are those of the bytes that it stored.',
    ],
    [
      'rich',
      relay,
      'Hands the bytes, as they were stored, to those who may use the conversation: its participants, and the agent that serves it.',
    ],
    [
      'rich',
      relay,
      'Answers those who may not use the conversation with 404 `not_found`, as if there were neither the file nor the conversation.',
    ],
    ['rich', relay, 'Answers a request whose token is missing or refused with 401 `unauthenticated`.'],
    [
      'rich',
      relay,
      'Refuses a file larger than `welcome.files.maxBytes` with 413 `too_large` and the limit in `details.limit`, whether its length was announced or not.',
    ],
    [
      'rich',
      relay,
      'Refuses a file that is empty, or not of the type that it claims to be, with `invalid` and `/size` or `/mime` in `details.path`.',
    ],
    [
      'rich',
      relay,
      'Hands out nothing that a browser runs or shows: the type as stored with `nosniff`, as a download (`Content-Disposition: attachment`), in a sandbox (`Content-Security-Policy: sandbox`).',
    ],
    [
      'rich',
      relay,
      'Answers `Range` with one range of bytes with 206 and these, and one beyond the end with 416.',
    ],
    ['rich', relay, 'Answers a page whose `Origin` is not allowed with 403 `forbidden`.'],
    ['rich', agent, 'Fetches only attachments that lie at its relay, and follows no redirection elsewhere.'],
  ]),
  ...topic('PROGRESS', [
    [
      'rich',
      relay,
      'Where it declares the capability `progress`, hands each `signal` of kind `reasoning`, `preamble` or `tool` with its members on to the connections that declared it too, and to no other; it may leave one out for a slow reader.',
    ],
  ]),
  ...topic('COMMANDS', [
    [
      'rich',
      relay,
      "Where it declares the capability `commands`, tells the `commands` of the agent's `hello` in `agent`, in `attached` and in `signal` `presence`, to the connections that declared it too, and to no other; none while the agent is away.",
    ],
  ]),
  ...topic('HISTORY', [
    [
      'rich',
      relay,
      'Answers `history` with durable frames older than `before` in the order of `seq`, at most `limit`, and says in `more` whether older ones are kept.',
    ],
  ]),
  ...topic('AUTH', [
    [
      'rich',
      relay,
      'Answers `auth` with a fresh token of the same identity with `auth`; the connection goes on.',
    ],
    [
      'rich',
      relay,
      'Answers `auth` with a bad token, or one of another identity, with `error` `unauthenticated`; the old token stays in force until it ends.',
    ],
    ['rich', relay, 'Closes with 4401 when the token has expired.'],
  ]),
  ...topic('CLOSE', [
    ['core', peers, 'Does not come back by itself after a close code from 4400 to 4499.'],
    ['core', peers, 'Comes back with backoff and full jitter after any other close.'],
    ['reliable', relay, 'Announces a shutdown by `bye` `drain` and closes with 4503.'],
    [
      'reliable',
      relay,
      'When an agent account connects a second time, sends `bye` `replaced` to the first connection and closes it with 4409.',
    ],
    [
      'reliable',
      relay,
      'Never closes a connection for something that its sender can correct, other than persistent faults (4400).',
    ],
    [
      'reliable',
      relay,
      'Closes a peer that reads too slowly with 4508 rather than keep its frames without bound.',
    ],
    ['core', everybody, 'Sends no frame after its `bye`.'],
  ]),
  ...topic('ORIGIN', [
    ['reliable', relay, 'Refuses a WebSocket handshake whose `Origin` is not allowed with HTTP 403.'],
  ]),
  ...topic('LEGACY', [
    [
      'core',
      agent,
      'Speaks v0 to a relay that does not select the subprotocol, where it supports v0 at all.',
    ],
  ]),
];
