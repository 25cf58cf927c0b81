import type { Action, Attachment, Command } from '@websocket-channel/protocol';
import type { AttachedFiles } from './attached-files.ts';
import type { ProgressSender } from './progress-sender.ts';
import type { FileContent } from './relay-files.ts';
import type { ConversationPlace } from './session-key.ts';

/** What a participant says, as the agent is asked about it. */
export interface Question extends ConversationPlace {
  readonly accountId: string;
  /** Id of the event. */
  readonly id: string;
  readonly source: string;
  readonly senderName?: string | undefined;
  readonly content: string;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly timestamp: number;
  readonly replyTo?: string | undefined;
  readonly attachments?: readonly Attachment[] | undefined;
}

/** An event that needs no answer. */
export interface NotedEvent extends ConversationPlace, Pick<Question, 'accountId' | 'id' | 'source'> {}

/** One message of the agent's. */
export interface Answer {
  readonly kind: 'tool' | 'block' | 'final' | 'notice';
  readonly content: string;
  /** It tells that something went wrong, rather than what was asked. */
  readonly isError?: boolean;
  /** Files that the relay has. */
  readonly attachments?: readonly Attachment[];
  /** Buttons. */
  readonly actions?: readonly Action[];
  /** Id of the reply; the same for a repetition. @default a new one */
  readonly id?: string;
  /** Reply that is rewritten. */
  readonly edits?: string;
}

/** What a run of the agent tells while it lasts. None of what begins with `on` may throw, but `onAnswer`. */
export interface RunListener {
  readonly signal: AbortSignal;
  /** Whether replies are wanted block by block. */
  readonly blocks: boolean;
  /** The question is in the agent's own records: it survives a crash of the Gateway. */
  onAdopted(): void;
  /** The question waits for a run that is under way. */
  onDeferred(): void;
  /** Nothing more will come of the question. */
  onSettled(): void;
  onStarted(): void;
  /** The agent begins another message. */
  onMessageStart(): void;
  /** The whole text of the message so far. */
  onPartial(text: string): void;
  /** How the turn goes, if that is wanted; and whether thoughts are. */
  readonly progress: ProgressSender | undefined;
  readonly reasoning: boolean;
  /** @returns The ids of the replies that it became. @throws {ChannelError} `outbox_full` */
  onAnswer(answer: Answer): readonly string[];
  /** Stores a file for the participants. @throws {ChannelError} `bad_file` */
  storeFile(file: FileContent): Promise<Attachment>;
  onTyping(active: boolean): void;
}

/** How a run went. */
export interface RunResult {
  /** `aborted`: stopped by a command such as `/stop`, rather than by its signal. */
  readonly outcome: 'completed' | 'silent' | 'aborted' | 'failed';
  /** The agent did not begin to run: the question was none, or is known to OpenClaw already. */
  readonly idle?: boolean;
  /** The question was given to a run that is under way (`steer`), or waits for its end (`followup`). */
  readonly deferred?: 'steer' | 'followup' | undefined;
}

/** Whether a participant may ask. */
export type Admission =
  | {
      readonly status: 'admitted';
      /** The session in which the agent answers. */
      readonly session: string;
      readonly run: (listener: RunListener, attached: AttachedFiles) => Promise<RunResult>;
    }
  /** The operator has to approve the participant first; `challenge` yields what to tell it, where it is not told yet. */
  | { readonly status: 'pairing'; readonly challenge: () => Promise<string | undefined> }
  | { readonly status: 'refused'; readonly reason: string }
  /** Not meant for the agent, such as talk among participants that does not mention it. */
  | { readonly status: 'ignored'; readonly reason: string };

/** Something that happened to a run of the agent, whoever began it. */
export type RunEvent = { readonly session: string; readonly run: string } & (
  | {
      /** `finishing`: the agent has said what it had to say; OpenClaw delivers it. */
      readonly phase: 'started' | 'finishing';
      /** It goes on with what a restart cut off. */
      readonly resumes: boolean;
    }
  /** `text`: what it said, where that is to be seen. */
  | { readonly phase: 'ended'; readonly text?: string | undefined }
  | { readonly phase: 'failed' }
);

/** What the channel needs of OpenClaw: the one place where the two meet. */
export interface Host {
  /** Tells of every run. @returns Ends the telling. */
  watch(onRun: (event: RunEvent) => void): () => void;
  /** Whether a run of the session is under way, or will go on by itself after a restart. */
  isBusy(session: string): boolean;
  /** Whether an answer of before a restart is on its way by itself, so that no run goes on for it. */
  isAnswerQueued(session: string): boolean;
  /** Takes over such an answer where nothing of it was sent, for the caller to send. @returns What it says. */
  claimAnswer(session: string): Promise<string | undefined>;
  /** Stops the run of a session that nobody listens to. */
  stop(session: string): Promise<void>;
  admit(question: Question): Promise<Admission>;
  /**
   * Tells the agent, before its next run, of something that needs no answer: a reaction, a correction. The same event is
   * told once.
   */
  note(event: NotedEvent, text: string): void;
  /** What the agent does on command. */
  commands(): readonly Command[];
  /** A command such as `/stop`, which is not to wait for what was said before. */
  isCommand(content: string): boolean;
}
