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
  type LinkAction,
  type LinkInput,
  type LinkLoss,
  type LinkPolicy,
  type LinkState,
  type LinkStep,
  stepLink,
} from './link/machine.ts';
