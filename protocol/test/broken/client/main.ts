/** The reference client as a command: control lines come in, the view goes out. Its defects are its arguments. */
import { createInterface } from 'node:readline';
import { defects } from '../defects.ts';
import { launchReferenceClient } from './reference-client.ts';

const url = process.env.WEBSOCKET_CHANNEL_RELAY_URL ?? '';
const client = await launchReferenceClient(defects(...process.argv.slice(2)))(url);
client.onLine = (line) => void process.stdout.write(`${line}\n`);
createInterface({ input: process.stdin }).on('line', (line) => client.write?.(line));
process.once('SIGTERM', () => void client.stop().then(() => process.exit(0)));
