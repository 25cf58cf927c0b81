/** Every text of the page. A text with a parameter is a function. */
export const en = {
  language: 'English',
  product: 'WebSocket Channel',
  skipToComposer: 'Skip to the message box',
  loading: 'Loading…',

  connection: 'Connection',
  connectionStates: {
    idle: 'Not connected',
    connecting: 'Connecting',
    online: 'Connected',
    waiting: 'Reconnecting',
    closed: 'Disconnected',
  },
  agent: 'Agent',
  agentOnline: 'online',
  agentOffline: 'offline',
  agentUnknown: 'unknown',
  streamModes: {
    token: 'streams word by word',
    block: 'streams block by block',
    none: 'answers in one piece',
  },
  model: 'Model',
  standIn: 'Offline stand-in, no real model',

  theme: 'Theme',
  themes: { auto: 'automatic', light: 'light', dark: 'dark' },
  switchLanguage: 'Switch language to',
  guestName: 'Your name',
  guestNameHint: 'Letters, digits and . _ - up to 32. Another name opens another conversation.',
  save: 'Save',

  messages: 'Messages',
  you: 'You',
  today: 'Today',
  yesterday: 'Yesterday',
  emptyTitle: 'What would you like to know?',
  emptyText:
    'Your message travels through the relay to an OpenClaw agent, and its answer comes back while it is written.',
  examples: [
    'Hello, please introduce yourself',
    'Explain WebSocket in three sentences',
    'Write a Python function that reverses a string',
  ],
  showEarlier: (count: number) => `Show ${count} earlier`,
  jumpToLatest: 'Jump to latest',
  newMessages: (count: number) => (count === 1 ? '1 new message' : `${count} new messages`),
  waitingForAgent: 'Waiting for the agent',
  agentThinking: 'The agent is thinking',
  delivery: {
    queued: 'Waiting to be sent',
    sent: 'Sent',
    accepted: 'Stored by the relay',
    delivered: 'With the agent',
    answered: 'Answered',
    silent: 'Read, no answer needed',
    aborted: 'Stopped',
    failed: 'Failed',
  },
  retrying: 'Trying again',
  sendAgain: 'Send again',
  deleted: 'Deleted',
  edited: 'edited',
  tool: 'Tool',
  notice: 'Notice',
  stopped: 'Stopped here',
  interrupted: 'The answer breaks off here',
  truncated: 'The oldest messages are no longer kept by the relay.',
  code: 'code',
  copy: 'Copy',
  copied: 'Copied',
  copyFailed: 'Copying failed',
  image: 'Image',

  composer: 'Message',
  placeholder: 'Write a message',
  composerHint: 'Enter to send, Shift+Enter for a new line',
  send: 'Send',
  stop: 'Stop the answer',
  clientErrors: {
    outbox_full: 'Too many messages are waiting to be sent. Try again when the connection is back.',
    too_large: 'This message is too long.',
    invalid: 'This message cannot be sent. It may be too long.',
    closed: 'The connection is closed. Connect again first.',
    other: 'This message could not be sent.',
  },

  offlineNotice: 'The agent is offline. Your messages wait at the relay and are delivered when it is back.',
  waitingNotice: 'The connection is interrupted. It is being restored; your messages are kept until then.',
  closedNotice: 'The relay ended the connection.',
  reconnect: 'Connect again',
  configFailed: 'The page could not read its configuration',

  traffic: 'Traffic log',
  trafficEmpty: 'No frames yet.',
  trafficNoMatch: 'No frame matches the filter.',
  trafficFilter: 'Filter frames',
  trafficTypes: 'Type',
  allTypes: 'All types',
  direction: 'Direction',
  directions: { all: 'Both', 'to-relay': 'Out', 'from-relay': 'In' },
  frameOut: 'to the relay',
  frameIn: 'from the relay',
  pause: 'Pause',
  resume: 'Resume',
  clear: 'Clear',
  copyAll: 'Copy all as JSON',
  copyFrame: 'Copy frame as JSON',
  close: 'Close',
  framesShown: (shown: number, total: number) =>
    shown === total ? `${total} frames` : `${shown} of ${total} frames`,
  framesHeld: (count: number) => `${count} new while paused`,
  bytes: (count: string) => `${count} B`,
} as const;

type Translated<T> = T extends (...values: infer V) => string
  ? (...values: V) => string
  : T extends string
    ? string
    : { readonly [K in keyof T]: Translated<T[K]> };

/** The shape that each language fills: exactly the members of English. */
export type Texts = Translated<typeof en>;
