import type { TurnError } from '@websocket-channel/protocol';

/** The run failed. */
export const agentFailed: TurnError = { code: 'agent_failed', message: 'The agent could not answer' };
/** The turn had ended, and the relay keeps that no longer. */
export const answerLost: TurnError = {
  code: 'answer_lost',
  message: 'The relay no longer has the answer',
};
/** What was pressed is not remembered. */
export const unknownButton: TurnError = { code: 'unknown_action', message: 'This button is no longer known' };
/** The Gateway does not admit the participant. */
export const notAllowed: TurnError = {
  code: 'not_allowed',
  message: 'The agent does not take messages from you',
};
