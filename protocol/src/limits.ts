/** Bounds that the schema enforces. A relay may advertise lower ones in `welcome.limits`, never higher. */
export const limits = {
  /** UTF-8 bytes of one frame; a relay answers a larger one with `too_large`. */
  frameBytes: 1_048_576,
  /** Code points of `content`. */
  contentLength: 262_144,
  /** Nesting of objects and arrays in one frame, the frame itself being level 1. */
  depth: 16,
  /** Characters of an id (`id`, `turn`, `replyTo`, `epoch`). */
  idLength: 64,
  /** Characters of a participant's or an agent's `source`. */
  sourceLength: 128,
  /** Characters of a conversation's name. */
  conversationLength: 256,
  /** Code points of a display name, a button's label, or a command's description. */
  nameLength: 128,
  /** Code points of an error's or a farewell's `message`. */
  messageLength: 1024,
  /** Characters of a token. */
  tokenLength: 8192,
  /** Characters of a URL. */
  urlLength: 2048,
  /** Conversations that one `hello` may attach. */
  attachments: 64,
  /** Files that one event or reply may refer to. */
  files: 32,
  /** Event ids in one `turn`, `reply` or `received`. */
  events: 256,
  /** Frames in one page of `history`. */
  history: 200,
  /** Buttons under one reply. */
  actions: 16,
  /** Commands that an agent may list. */
  commands: 128,
  /** Capabilities that one peer may declare. */
  capabilities: 64,
} as const;
