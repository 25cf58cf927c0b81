import type { Conversation } from '@websocket-channel/sdk-client';
import type { DeepReadonly } from 'vue';

/** The conversation's agent, as the relay tells of it. */
export type Agent = DeepReadonly<NonNullable<Conversation['agent']>>;

/** Something that the agent does on command. */
export type Command = NonNullable<Agent['commands']>[number];
