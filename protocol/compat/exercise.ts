/** What of a client the exercise uses. A frozen client keeps the exercise of its day, so that later ones may use more. */
interface Client {
  connect(): Promise<void>;
  close(): void;
  send(content: string): AsyncIterable<{ readonly text: string }> & {
    readonly ended: Promise<{ readonly text: string; readonly outcome: string }>;
  };
  conversation(): { readonly messages: readonly { readonly role: string; readonly content: string }[] };
  on(name: 'status', listener: (status: { readonly state: string }) => void): () => void;
}

/** What the exercise tells whoever runs it. */
export type Step =
  | { readonly step: 'connected' | 'lost' | 'closed' }
  /** A piece of a reply has come. */
  | { readonly step: 'chunk'; readonly text: string }
  | { readonly step: 'answered'; readonly text: string; readonly outcome: string }
  /** Whoever runs the exercise cuts the connection now. */
  | { readonly step: 'cut me off' }
  /** Something was said without a connection; whoever runs the exercise lets the client come back now. */
  | { readonly step: 'said offline' }
  /** All that a person sees in the end. */
  | {
      readonly step: 'messages';
      readonly messages: readonly { readonly role: string; readonly content: string }[];
    };

/**
 * Goes through what a frontend does: connects, sends, reads a stream, loses the connection twice, and comes back.
 *
 * @public Called by the program that `freeze-client` makes.
 */
export async function exercise(
  createClient: (options: object) => Client,
  url: string,
  say: (step: Step) => void,
): Promise<void> {
  const client = createClient({ url, source: 'alice', backoff: { minMs: 5, maxMs: 50 } });
  let lost = Promise.withResolvers<void>();
  client.on('status', ({ state }) => {
    if (state !== 'waiting') return;
    lost.resolve();
    say({ step: 'lost' });
  });
  const ask = async (content: string): Promise<void> => {
    const exchange = client.send(content);
    for await (const { text } of exchange) say({ step: 'chunk', text });
    const { text, outcome } = await exchange.ended;
    say({ step: 'answered', text, outcome });
  };

  await client.connect();
  say({ step: 'connected' });
  await ask('hello');

  lost = Promise.withResolvers();
  say({ step: 'cut me off' });
  await lost.promise;
  const answered = ask('from offline');
  say({ step: 'said offline' });
  await answered;

  // Its reply is cut off in the middle.
  await ask('slowly');

  say({
    step: 'messages',
    messages: client.conversation().messages.map(({ role, content }) => ({ role, content })),
  });
  client.close();
  say({ step: 'closed' });
}
