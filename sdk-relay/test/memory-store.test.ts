import { memoryStore } from '../src/index.ts';
import { describeStore } from './store-contract.ts';

describeStore('in memory', memoryStore);
