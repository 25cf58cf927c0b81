/**
 * For development: holds the traffic of a client against the protocol, and says which requirement was broken where.
 * It is not part of the client's own bundle, and has no place in that of a page in production.
 *
 * @packageDocumentation
 */
import {
  createTrafficChecker,
  type Subject,
  type TrafficChecker,
  type Violation,
} from '@websocket-channel/protocol/sequence';
import type { Client } from './client.ts';

export type { Client, Subject, Violation };

/** A requirement that a client or its relay broke, with the message that shows it. */
export interface BrokenRequirement extends Violation {
  /** The message, a token left out. */
  readonly text: string;
  /** When it crossed the socket: milliseconds since 1970-01-01 UTC. */
  readonly at: number;
}

/**
 * Checks all that crosses a client's socket, from its next connection on: each message against its schema, and their
 * order against the requirements of PROTOCOL.md.
 *
 * @param report Is told of each requirement that is broken. @default a warning on the console
 * @returns Ends the check.
 */
export function checkTraffic(
  client: Pick<Client, 'on'>,
  report: (broken: BrokenRequirement) => void = warn,
): () => void {
  let checker: TrafficChecker | undefined;
  const stops = [
    client.on('status', ({ state }) => {
      if (state === 'connecting') checker = createTrafficChecker({ role: 'client' });
    }),
    client.on('traffic', ({ direction, text, at }) => {
      const from = direction === 'to-relay' ? 'client' : 'relay';
      for (const violation of checker?.text(from, text) ?? []) report({ ...violation, text, at });
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function warn({ requirement, by, message, entry, text }: BrokenRequirement): void {
  console.warn(`websocket-channel: the ${by} broke ${requirement} in message ${entry}: ${message}\n${text}`);
}
