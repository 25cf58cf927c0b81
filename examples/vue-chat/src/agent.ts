import type { Conversation } from '@websocket-channel/sdk-client';

/** The conversation's agent, as the relay tells of it. */
export type Agent = NonNullable<Conversation['agent']>;
