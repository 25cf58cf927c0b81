/**
 * Says whether the frames of a connection came in a legal order and, if not, which requirement broke where. Pure: no
 * clock, socket or chance inside.
 *
 * @packageDocumentation
 */
export type { Subject } from './requirements.ts';
export {
  checkTrace,
  createSequenceChecker,
  type SequenceChecker,
  type SequenceOptions,
} from './sequence/checker.ts';
export type { Frame, TraceClose, TraceEntry, TraceFrame, Violation } from './sequence/trace.ts';
export { createTrafficChecker, type TrafficChecker } from './sequence/traffic.ts';
