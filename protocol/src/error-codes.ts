/** What a relay, client or agent may answer with `error`; a reader treats an unknown code by its `retryable`. */
export const errorCodes = {
  malformed: { retryable: false, meaning: 'The frame is not a JSON object with a string `type`.' },
  invalid: {
    retryable: false,
    meaning: 'A member is missing, of the wrong type or out of bounds; `details` names it.',
  },
  too_large: {
    retryable: false,
    meaning:
      'The frame is larger than `welcome.limits.frameBytes`, or the file than `welcome.files.maxBytes`.',
  },
  too_deep: { retryable: false, meaning: 'Objects and arrays are nested too deeply.' },
  unexpected: {
    retryable: false,
    meaning: 'The frame is not legal at this point, such as a second `hello`.',
  },
  unauthenticated: { retryable: false, meaning: 'The token is missing, wrong or has expired.' },
  forbidden: {
    retryable: false,
    meaning: 'The identity may not do this, such as writing to a conversation of somebody else.',
  },
  not_found: { retryable: false, meaning: 'There is no such file, or it is no longer kept.' },
  unsupported_version: { retryable: false, meaning: 'No common major version.' },
  conflict: { retryable: false, meaning: 'The id was used before, for other content.' },
  rate_limited: { retryable: true, meaning: 'Too many frames; `retryAfterMs` says when to go on.' },
  mailbox_full: { retryable: true, meaning: 'The agent is away and its mailbox holds no more events.' },
  agent_offline: {
    retryable: true,
    meaning: 'The agent is not connected, and the frame cannot wait for it.',
  },
  unavailable: { retryable: true, meaning: 'The relay cannot store the frame at the moment.' },
  internal: { retryable: true, meaning: 'The peer failed; the frame may be sent again.' },
} as const satisfies Record<string, { readonly retryable: boolean; readonly meaning: string }>;

/** Codes of the `error` frame. */
export type ErrorCode = keyof typeof errorCodes;
