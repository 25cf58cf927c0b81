/** A test: its file, and a part of its full title that no other test has unless it proves the same. */
export type Proof = readonly [file: string, title: string];

/** What the channel plugin can do, and the tests that prove it. */
export interface Capability {
  readonly area: string;
  readonly name: string;
  readonly proofs: readonly [Proof, ...Proof[]];
}

const test = (name: string) => `e2e/test/${name}.test.ts`;
const unit = (name: string) => `channel-plugin/test/${name}.test.ts`;
const setup = test('plugin-setup');
const access = test('plugin-access');
const relays = test('plugin-relays');
const media = test('plugin-media');
const rich = test('plugin-rich');
const crash = test('gateway-crash');
const chain = test('full-chain');

const of = (area: string, rows: readonly (readonly [string, ...Capability['proofs']])[]): Capability[] =>
  rows.map(([name, ...proofs]) => ({ area, name, proofs }));

/** What the channel plugin promises. `npm run e2e` runs the proofs; docs/capabilities.md is made from it. */
export const capabilities: readonly Capability[] = [
  ...of('Installation and set-up', [
    [
      'Installs from a package file, without dependencies',
      [setup, 'needs no dependencies'],
      [setup, 'tells on the command line that it is connected'],
    ],
    ['Installs from a folder, and by a link to one', [setup, 'is copied from a folder']],
    [
      'Gives OpenClaw’s doctor and its audit of installed code nothing to say',
      [setup, 'does not worry the doctor'],
      [setup, 'holds no code that the audit'],
    ],
    [
      'Accounts on the command line',
      [setup, 'are added on the command line'],
      [setup, 'are removed on the command line'],
    ],
    [
      'Several accounts, which inherit from the section',
      [setup, 'each answer the participants of their own'],
    ],
    ['Guided set-up', [setup, 'asks for the address and the token']],
    ['Address and token from environment variables', [setup, 'names the relay and the agent’s token']],
    ['Token by reference to a secret', [setup, 'take a token from a reference']],
    ['A change connects the changed account alone', [setup, 'a change touches no other account']],
    [
      'One source for schema, manifest and documentation',
      [unit('package'), 'is what the configuration schema says'],
    ],
    [
      'The tutorial’s configuration is migrated',
      [setup, 'turns the tutorial’s configuration'],
      [setup, 'leaves a configuration with which'],
    ],
  ]),
  ...of('Access', [
    ['Pairing', [access, 'answers a stranger with a code']],
    ['Allowlist', [access, 'lets in who is on it'], [access, 'does not believe a name']],
    ['Open, and disabled', [access, 'lets everybody in'], [access, 'lets nobody in']],
    [
      'Groups: policy, allowlist, mentions',
      [access, 'is answered to listed participants'],
      [access, 'is answered to everybody'],
      [access, 'is answered to nobody'],
    ],
    [
      'Commands need authorisation',
      [access, 'is as patient as OpenClaw'],
      [access, 'of somebody approved are run'],
    ],
    [
      'Participants never share a session, whatever OpenClaw’s dmScope',
      [access, 'lets everybody in, each into a session of their own'],
      [chain, 'keeps two people apart'],
      [unit('session-key'), 'never coincide'],
    ],
    ['Findings for doctor and audit', [access, 'is told to an audit'], [setup, 'tells of each wrong member']],
  ]),
  ...of('Streaming and turns', [
    [
      'Replies word by word',
      [chain, 'streams the reply'],
      [unit('message-proofs'), 'of replies while they are written'],
    ],
    [
      'What the agent does meanwhile: tools, what it says before them, and, where asked for, its thoughts',
      [rich, 'is told while it goes on'],
      [test('chat-page'), 'shows what the agent does for a turn'],
    ],
    ['Turns end once, also over a crash of the Gateway', [crash, 'answers once, and ends the turn after it']],
    ['A message during an answer is steered into its turn', [crash, 'is answered by the running turn']],
    [
      'Block mode, and what is rewritten',
      [unit('agent-answers'), 'sends tool, block, final and notice'],
      [unit('reply-stream'), 'starts'],
    ],
    ['Conforms to the protocol', [chain, 'finds the plugin conforming']],
  ]),
  ...of('Messages', [
    ['Pictures reach the model', [media, 'bring a picture to the model']],
    ['Files of replies reach the participant, and nobody else', [media, 'bring a file of a reply']],
    [
      'Reactions, corrections and deletions, both ways',
      [rich, 'are reacted to, corrected and deleted'],
      [rich, 'are told to the agent'],
    ],
    ['Threads, each with a context of its own, and answers to a message', [rich, 'stay in their thread']],
    ['Polls and buttons', [rich, 'ask by buttons'], [rich, 'carry buttons and selects']],
    ['Messages outside turns, with files', [media, 'come with a message that nobody asked for']],
    [
      'Scheduled work and the heartbeat, with typing',
      [rich, 'comes from scheduled work'],
      [rich, 'comes from the heartbeat'],
    ],
    [
      'Targets, and a directory of them',
      [unit('targets'), 'means the'],
      [rich, 'names whom the agent can write to'],
    ],
    [
      'Everything that the message adapter declares',
      [unit('message-proofs'), 'what the message adapter declares'],
    ],
  ]),
  ...of('Approvals', [
    [
      'Cards for commands and for other plugins, decided by owners, on every device and after a reconnect',
      [rich, 'is a card with buttons on every device'],
    ],
    ['Nobody else decides', [rich, 'is not decided by somebody who may not']],
    [
      'Expiry shows on the card, and the turn goes on',
      [rich, 'that nobody decides in time'],
      [unit('presentation'), 'is rewritten when its time is over'],
    ],
    [
      'A warning where an approval would wait unseen',
      [unit('approval-warning'), 'the warning about approvals'],
    ],
  ]),
  ...of('Control', [
    [
      'Stop, down to the request to the model',
      [chain, 'stops a running reply'],
      [crash, 'that it took up again'],
    ],
    [
      'A list of commands for apps',
      [rich, 'are listed to clients that read them'],
      [test('chat-page'), 'lists the commands of the agent'],
    ],
    ['Commands of status, model and session', [access, 'of somebody approved are run']],
  ]),
  ...of('Status', [
    [
      'Connected, recovering or blocked, with reasons',
      [relays, 'the account is'],
      [unit('status'), 'the connection as the Gateway is told'],
    ],
    [
      '`channels status --probe` with the time that the relay took',
      [setup, 'tells on the command line that it is connected'],
    ],
    ['Health route and metrics', [setup, 'is also a health route']],
    ['Control UI shows 1/1 connected', [chain, 'shows 1/1 connected']],
  ]),
  ...of('A relay in the Gateway itself', [
    [
      'A page to chat on, with one key of the configuration; off unless asked for',
      [setup, 'answers there, and keeps what was said'],
      [unit('embedded-account'), 'needs one key'],
      [unit('embedded-account'), 'is off unless it is asked for'],
    ],
    [
      'Lets in no page but its own, and nobody under another name',
      [setup, 'lets in no page but its own'],
      [unit('embedded-relay'), 'cannot name itself after another'],
    ],
    [
      'Disturbs neither the Gateway nor other accounts',
      [setup, 'waits for its port'],
      [setup, 'ends when the account gets a relay elsewhere'],
    ],
  ]),
  ...of('Compatibility', [
    [
      'OpenClaw is met in one place, through typed entries that are not deprecated',
      [unit('source-layout'), 'meets OpenClaw in one place'],
      [unit('source-layout'), 'for which OpenClaw promises types'],
      [unit('source-layout'), 'calls nothing that OpenClaw deprecates'],
    ],
    ['The tutorial’s wire', [chain, 'speaks the tutorial']],
  ]),
  ...of('What goes wrong', [
    [
      'Wrong, missing and contradictory configuration',
      [setup, 'is told by its key'],
      [setup, 'of a lesser member'],
      [setup, 'none of which keeps the Gateway from starting'],
      [unit('config-check'), 'legal values that do not go together'],
    ],
    [
      'A relay that refuses, is no relay, talks nonsense, closes, has a bad certificate, or is not there',
      [relays, 'the account is'],
    ],
    ['A relay that floods or stalls', [relays, 'keeps no other account from answering']],
    [
      'A file that lies about its size or type, vanished, or lies elsewhere',
      [media, 'that lie about'],
      [unit('relay-files'), 'is refused'],
    ],
    [
      'A file of 0 bytes, or larger than allowed',
      [unit('relay-files'), 'of 0 bytes'],
      [unit('relay-files'), 'no byte larger'],
    ],
    [
      'An id that is crafted to mean somebody else',
      [access, 'gives no code to'],
      [access, 'lets everybody in, each into a session of their own'],
    ],
    ['Control characters, and markup of OpenClaw’s own in names and texts', [relays, 'is text of theirs']],
    ['Texts as long as the relay takes, and longer', [relays, 'may be as long as the relay takes']],
    [
      'Two Gateways with one token',
      [relays, 'the newer puts the older out'],
      [relays, 'the older comes back'],
    ],
  ]),
];
