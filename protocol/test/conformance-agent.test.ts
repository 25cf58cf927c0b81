import { type AgentTarget, testAgent } from '../src/conformance/agent/run.ts';
import { emptyDisk } from './broken/agent/disk.ts';
import { quickPrompt, slowPrompt } from './broken/agent/model.ts';
import { launchReferenceAgent } from './broken/agent/reference-agent.ts';
import { type BrokenPeer, onlyBrokenPeersFail } from './broken/caught.ts';
import { defects } from './broken/defects.ts';

const target = (...broken: string[]): AgentTarget => ({
  launch: launchReferenceAgent(defects(...broken), emptyDisk()),
  port: 0,
  startMs: 2000,
  turnMs: 4000,
  returnMs: 3000,
  prompts: { quick: quickPrompt, slow: slowPrompt },
});

const brokenAgents: readonly BrokenPeer[] = [
  ['R-FRAME-1', 'sends binary messages'],
  ['R-FRAME-2', 'leaves when an unknown type comes'],
  ['R-FRAME-3', 'ignores frames with null members'],
  ['R-FRAME-10', 'types in no conversation'],
  ['R-HELLO-1', 'pings first'],
  ['R-HELLO-9', 'puts its token into the URL'],
  ['R-HEART-2', 'answers pings without their id'],
  ['R-HEART-4', 'waits for ever for a relay that is gone'],
  ['R-MAILBOX-3', 'says received before it has stored the event'],
  ['R-MAILBOX-4', 'handles repetitions'],
  ['R-REPLY-4', 'says everything once'],
  ['R-STREAM-2', 'ends a stream with another id'],
  ['R-STREAM-3', 'numbers chunks from 1'],
  ['R-STREAM-6', 'numbers deltas', 'R-FRAME-10'],
  ['R-TURN-1', 'accepts when the model has answered'],
  ['R-TURN-2', 'does not say how a turn ended'],
  ['R-TURN-3', 'forgets the event that steered the turn'],
  ['R-CANCEL-2', 'ignores cancel'],
  ['R-FILE-10', 'fetches whatever it is sent'],
  ['R-CLOSE-1', 'comes back after every close'],
  ['R-CLOSE-2', 'waits as long each time'],
  ['R-CLOSE-7', 'pings after its bye'],
  ['R-LEGACY-1', 'speaks v1 on the older wire'],
];

onlyBrokenPeersFail({
  subject: 'agent',
  broken: brokenAgents,
  test: (id) =>
    id === undefined
      ? testAgent(target(), { profile: 'rich', seed: 7, timeoutMs: 10_000 })
      : testAgent(target(id), { profile: 'rich', only: [id], seed: 1, timeoutMs: 3000 }),
  atATime: 25,
});
