/** The reference agent as a command. Its defects are its arguments. */
import { defects } from '../defects.ts';
import { emptyDisk } from './disk.ts';
import { launchReferenceAgent } from './reference-agent.ts';

const url = process.env.WEBSOCKET_CHANNEL_RELAY_URL ?? '';
const agent = await launchReferenceAgent(defects(...process.argv.slice(2)), emptyDisk())(url);
process.once('SIGTERM', () => void agent.stop().then(() => process.exit(0)));
