/** `RELAY=ws://… TOKEN=… node src/main.ts`: chats with an agent line by line, on standard input and output. */
import { createInterface } from 'node:readline';
import { startBridge } from './bridge.ts';

const { RELAY = 'ws://127.0.0.1:8765', TOKEN } = process.env;

const lines = createInterface({ input: process.stdin });
const bridge = startBridge({
  url: RELAY,
  ...(TOKEN !== undefined && { token: TOKEN }),
  print: (line) => console.log(line),
  // Closing the lines alone leaves a pipe open, and the process with it.
  onEnd: () => process.stdin.destroy(),
});
lines.on('line', bridge.take);
lines.on('close', () => bridge.take('/quit'));
