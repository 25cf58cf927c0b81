import { WebSocket } from 'ws';

/**
 * A negative control: a socket that keeps from the relay how far its client has read. The relay then takes every
 * attachment for one that wants nothing of the past.
 */
export class ForgetfulWebSocket extends WebSocket {
  override send(text: string): void {
    const frame = JSON.parse(text) as { attach?: object[]; type: string };
    if (frame.attach) frame.attach = frame.attach.map(withoutPosition);
    super.send(JSON.stringify(frame.type === 'attach' ? withoutPosition(frame) : frame));
  }
}

const withoutPosition = (cursor: object): object => ({ ...cursor, epoch: undefined, seq: undefined });
