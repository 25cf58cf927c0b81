import { testRelay } from '../src/conformance/relay/run.ts';
import type { Result } from '../src/conformance/verdicts.ts';
import { type BrokenPeer, onlyBrokenPeersFail } from './broken/caught.ts';
import { defects } from './broken/defects.ts';
import type { TokenHolder } from './broken/relay/options.ts';
import { startReferenceRelay } from './broken/relay/reference-relay.ts';

const brokenRelays: readonly BrokenPeer[] = [
  ['R-FRAME-1', 'sends binary messages', 'R-HELLO-2'],
  ['R-FRAME-2', 'closes the connection for an unknown type'],
  ['R-FRAME-3', 'refuses null members'],
  ['R-FRAME-4', 'closes the connection for what is no JSON'],
  ['R-FRAME-5', 'does not say what is invalid'],
  ['R-FRAME-6', 'takes frames of any size'],
  ['R-FRAME-7', 'calls a deep frame invalid'],
  ['R-FRAME-8', 'ignores binary messages'],
  ['R-FRAME-9', 'takes invalid UTF-8'],
  ['R-FRAME-10', 'sends ids that are none'],
  ['R-HELLO-2', 'answers with a version that was not offered'],
  ['R-HELLO-3', 'waits on after a first frame that is no hello'],
  ['R-HELLO-4', 'waits for a hello for ever'],
  ['R-HELLO-5', 'welcomes twice', 'R-HELLO-2', 'R-ATTACH-2'],
  ['R-HELLO-6', 'speaks version 1 to those who do not', 'R-HELLO-2'],
  ['R-HELLO-7', 'takes any token'],
  ['R-HELLO-8', 'takes any role on any path'],
  ['R-HELLO-10', 'selects no subprotocol'],
  ['R-ORIGIN-1', 'lets pages of any origin in'],
  ['R-HEART-1', 'never pings'],
  ['R-HEART-2', 'answers pings without their id'],
  ['R-HEART-3', 'keeps silent peers'],
  ['R-ATTACH-1', 'attaches nothing by itself'],
  ['R-ATTACH-2', 'does not answer an attachment that is forbidden'],
  ['R-ATTACH-3', 'leaves a frame out of a replay'],
  ['R-ATTACH-4', 'says complete for a cursor of another log', 'R-ATTACH-3'],
  ['R-ATTACH-5', 'does not hand over a stream in flight'],
  ['R-ATTACH-6', 'ignores detach'],
  ['R-ATTACH-7', 'lets anybody attach anything'],
  ['R-ATTACH-8', 'does not hand over running turns'],
  ['R-EVENT-1', 'believes the source that a client claims'],
  ['R-EVENT-2', 'loses attachments'],
  ['R-EVENT-3', 'numbers live frames too'],
  ['R-EVENT-4', 'does not echo to the sender'],
  ['R-EVENT-5', 'lets anybody write anywhere'],
  ['R-EVENT-8', 'has no rate limit'],
  ['R-ACK-1', 'acknowledges before it stores'],
  ['R-ACK-2', 'stores repetitions', 'R-MAILBOX-2'],
  ['R-ACK-3', 'takes other content for a repetition'],
  ['R-ACK-4', 'does not acknowledge to the agent'],
  ['R-MAILBOX-1', 'keeps nothing for an agent that is away'],
  ['R-MAILBOX-2', 'delivers once, received or not'],
  ['R-MAILBOX-5', 'drops the oldest event from a full mailbox'],
  ['R-MAILBOX-6', 'sends no receipts'],
  ['R-REPLY-1', 'hands replies to one connection'],
  ['R-REPLY-2', 'lets the agent write anywhere'],
  ['R-STREAM-1', 'sends deltas to everybody'],
  ['R-STREAM-4', 'alters a chunk'],
  ['R-STREAM-6', 'numbers deltas'],
  ['R-CANCEL-1', 'passes cancel on as it came'],
  ['R-CANCEL-3', 'swallows cancel while the agent is away'],
  ['R-SIGNAL-1', 'passes signals on as they came'],
  ['R-SIGNAL-2', 'does not tell that the agent is back'],
  ['R-FILE-1', 'lies about the length of a file'],
  ['R-FILE-2', 'hides files from the agent'],
  ['R-FILE-3', 'lets anybody read and write the files of anybody'],
  ['R-FILE-4', 'asks for no token over HTTP'],
  ['R-FILE-5', 'believes the length that is announced'],
  ['R-FILE-6', 'takes a page for an image'],
  ['R-FILE-7', 'shows a file as what it looks like'],
  ['R-FILE-8', 'hands out the whole for a part'],
  ['R-FILE-9', 'hands files to pages of any origin'],
  ['R-PROGRESS-1', 'tells everybody how a turn goes'],
  ['R-COMMANDS-1', 'lists commands to those who did not ask, and to no other'],
  ['R-HISTORY-1', 'sends the frame that the page should end before'],
  ['R-AUTH-1', 'does not answer auth'],
  ['R-AUTH-2', 'closes the connection for a bad token'],
  ['R-AUTH-3', 'keeps connections whose token has expired'],
  ['R-CLOSE-3', 'shuts down without a word'],
  ['R-CLOSE-4', 'keeps two connections of one agent'],
  ['R-CLOSE-5', 'closes the connection for a forbidden conversation'],
  ['R-CLOSE-6', 'keeps everything for a slow reader'],
  ['R-CLOSE-7', 'pings after its bye'],
];

const tokens = { alice: 'token-a', bob: 'token-b', agent: 'token-c', shortLived: 'token-d' };
const holders = (): Map<string, TokenHolder> =>
  new Map([
    [tokens.alice, { role: 'client', source: 'user-1' }],
    [tokens.bob, { role: 'client', source: 'user-2' }],
    [tokens.agent, { role: 'agent', source: 'default' }],
    [tokens.shortLived, { role: 'client', source: 'user-1', expiresAt: Date.now() + 3000 }],
  ]);
const needTokens = ['R-HELLO-7', 'R-FILE-4', 'R-AUTH-1', 'R-AUTH-2', 'R-AUTH-3'];

async function test(id: string | undefined): Promise<Result[]> {
  const withTokens = id === undefined || needTokens.includes(id);
  const relay = await startReferenceRelay({
    has: defects(...(id === undefined ? [] : [id])),
    ...(withTokens && { tokens: holders() }),
    // One participant does all that otherwise many guests do.
    ...(id === undefined && { burst: 600, mailbox: 300 }),
  });
  const target = { ...relay, tokens: withTokens ? tokens : {} };
  try {
    const options = { profile: 'rich', timeoutMs: 10_000 } as const;
    return await testRelay(
      target,
      id === undefined ? { ...options, seed: 7 } : { ...options, only: [id], seed: 1 },
    );
  } finally {
    await relay.close();
  }
}

onlyBrokenPeersFail({ subject: 'relay', broken: brokenRelays, test, atATime: 12 });
