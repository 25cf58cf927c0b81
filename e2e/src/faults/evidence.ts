/** A message that a participant was told to send, and what has to become of it. */
export interface Said {
  readonly id: string;
  readonly source: string;
  /** The client that sent it. */
  readonly device: string;
  readonly content: string;
  /** What the agent has to say, once. */
  readonly answer: string;
}

/** A frame of the relay's log, as far as the oracle looks at it. */
export interface LogFrame {
  readonly type: 'event' | 'reply' | 'turn';
  readonly id: string;
  readonly seq: number;
  readonly kind?: string;
  readonly content?: string;
  readonly turn?: string;
  readonly events?: readonly string[];
  readonly outcome?: string;
}

/** A message as a client shows it. */
export interface Shown {
  readonly id: string;
  readonly type: 'event' | 'reply';
  readonly content: string;
  readonly seq: number | undefined;
  readonly streaming: boolean;
  readonly state: string | undefined;
}

/** One client's final view of one conversation. */
export interface View {
  readonly device: string;
  readonly source: string;
  readonly messages: readonly Shown[];
  /** Turns that it takes for running. */
  readonly running: readonly string[];
  /** Events whose sender still awaits the end of the exchange. */
  readonly waiting: readonly string[];
  readonly recovered: string | undefined;
}

/** How an exchange of a client ended: what it promises to whoever sent the message. */
export interface ExchangeEnd {
  readonly device: string;
  readonly id: string;
  readonly outcome: string;
  readonly text: string;
}

/** All that is known after a run. Logs are by conversation, which is named like its participant. */
export interface Evidence {
  /** In the order in which it was said. */
  readonly said: readonly Said[];
  readonly logs: ReadonlyMap<string, readonly LogFrame[]>;
  readonly views: readonly View[];
  readonly exchanges: readonly ExchangeEnd[];
}
