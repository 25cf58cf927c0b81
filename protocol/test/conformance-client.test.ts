import { testClient } from '../src/conformance/client/run.ts';
import { type BrokenPeer, onlyBrokenPeersFail } from './broken/caught.ts';
import { launchReferenceClient } from './broken/client/reference-client.ts';
import { defects } from './broken/defects.ts';

const target = (...broken: string[]) => ({
  launch: launchReferenceClient(defects(...broken)),
  returnMs: 3000,
});

const brokenClients: readonly BrokenPeer[] = [
  ['R-FRAME-1', 'sends binary messages'],
  ['R-FRAME-2', 'leaves when an unknown type comes'],
  ['R-FRAME-3', 'ignores frames with null members'],
  ['R-FRAME-10', 'types in no conversation'],
  ['R-HELLO-1', 'pings first'],
  ['R-HELLO-9', 'puts its token into the URL'],
  ['R-HEART-2', 'answers pings without their id'],
  ['R-HEART-4', 'waits for ever for a relay that is gone'],
  ['R-EVENT-6', 'uses one id for two events'],
  ['R-EVENT-7', 'says everything once'],
  ['R-REPLY-3', 'shows the kinds that it knows'],
  ['R-REPLY-5', 'takes frames as they come'],
  ['R-STREAM-5', 'appends chunks that it has'],
  ['R-STREAM-6', 'counts deltas'],
  ['R-TURN-4', 'takes final for the end of the turn'],
  ['R-CLOSE-1', 'comes back after every close'],
  ['R-CLOSE-2', 'waits as long each time'],
  ['R-CLOSE-7', 'pings after its bye'],
];

onlyBrokenPeersFail({
  subject: 'client',
  broken: brokenClients,
  test: (id) =>
    id === undefined
      ? testClient(target(), { profile: 'rich', seed: 7, timeoutMs: 10_000 })
      : testClient(target(id), { profile: 'rich', only: [id], seed: 1, timeoutMs: 3000 }),
  atATime: 25,
});
