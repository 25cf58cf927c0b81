import type { Traffic } from '@websocket-channel/protocol/link';
import {
  createTrafficChecker,
  type SequenceOptions,
  type Subject,
  type Violation,
} from '@websocket-channel/protocol/sequence';
import { afterEach, expect } from 'vitest';

/** What anybody did against the protocol since the last test, with the message that shows it. */
let broken: (Violation & { readonly text: string })[] = [];

/** Makes each test of the file fail in which a connection under watch broke a requirement. */
export function expectLawfulness(): void {
  afterEach(() => {
    const found = broken;
    broken = [];
    expect(found, 'what the traffic of the test broke').toEqual([]);
  });
}

/** Takes note of a requirement that was broken. */
export function reportBroken(violation: Violation & { readonly text: string }): void {
  broken.push(violation);
}

/** Watches one connection, from its first message on. @returns Takes each message. */
export function watchConnection(options: SequenceOptions): (from: Subject, text: string) => void {
  const checker = createTrafficChecker(options);
  return (from, text) => {
    for (const violation of checker.text(from, text)) reportBroken({ ...violation, text });
  };
}

/** Whose message it is. */
export const senderOf = ({ direction }: Pick<Traffic, 'direction'>, peer: 'client' | 'agent'): Subject =>
  direction === 'to-relay' ? peer : 'relay';
