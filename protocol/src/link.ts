export { type Backoff, backoffDelay, defaultBackoff } from './link/backoff.ts';
export {
  createLink,
  type Link,
  type LinkOptions,
  type LinkSocket,
  type OpenSocket,
  type Traffic,
} from './link/link.ts';
export {
  type LinkEffect,
  type LinkInput,
  type LinkLoss,
  type LinkPolicy,
  type LinkState,
  stepLink,
} from './link/machine.ts';
