import { createClient } from '@websocket-channel/sdk-client';

/** Asks the agent, and shows its reply while it is being written. */
export async function ask(url: string, token: string, question: string, show: (text: string) => void) {
  const client = createClient({ url, token });
  await client.connect();
  for await (const chunk of client.send(question)) show(chunk.text);
  client.close();
}

// In Node: TOKEN=… node frontend.ts "What can you do?"
if (import.meta.main) {
  const { RELAY = 'ws://127.0.0.1:8765', TOKEN = '' } = process.env;
  await ask(RELAY, TOKEN, process.argv[2] ?? 'Hello!', (text) => process.stdout.write(text));
}
