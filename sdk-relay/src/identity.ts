import type { IncomingMessage } from 'node:http';

/** Who a participant is, as `authenticate` answers. */
export interface ParticipantIdentity {
  /** Id of the participant: 1 to 128 printable ASCII characters, no `/`. */
  readonly source: string;
  /** Display name. */
  readonly name?: string;
  /** The agent account that serves conversations made by this participant. @default 'default' */
  readonly agent?: string;
  /** Conversations that the participant may use beside `<source>` and `<source>/<anything>`. */
  readonly conversations?: readonly string[];
  /** When the token ends: milliseconds since 1970-01-01 UTC. */
  readonly expiresAt?: number;
}

/** Who an agent is, as `authenticateAgent` answers. */
export interface AgentIdentity {
  /** Id of the agent account: 1 to 128 printable ASCII characters, no `/`. */
  readonly source: string;
  /** Display name. */
  readonly name?: string;
  /** When the token ends: milliseconds since 1970-01-01 UTC. */
  readonly expiresAt?: number;
}

/** What a peer shows of itself. */
export interface Credentials {
  /** The token of `hello`, or of the request's `Authorization: Bearer` header. */
  readonly token: string | undefined;
  /** The `source` that the peer asks for in `hello`. It proves nothing. */
  readonly claimed: string | undefined;
  /** The HTTP request of the upgrade. */
  readonly request: IncomingMessage;
}

/** Turns credentials into an identity, or into nothing where they prove none. */
export type Authenticate<I> = (credentials: Credentials) => I | undefined | Promise<I | undefined>;

/** Whether a participant owns a conversation by its name, or was given it by its token. */
export const owns = ({ source, conversations }: ParticipantIdentity, conversation: string): boolean =>
  conversation === source ||
  (conversation.startsWith(source) && conversation[source.length] === '/') ||
  conversations?.includes(conversation) === true;
