import type { RawData } from 'ws';
import { agentRole } from './agent-connection.ts';
import { clientRole } from './client-connection.ts';
import { steadyNow } from './clock.ts';
import { Connection, type ConnectionSetting } from './connection.ts';
import type { Core } from './core.ts';
import type { Arrival } from './entrance.ts';
import { LegacyAgent, translateForLegacyAgent } from './legacy-agent.ts';
import { LegacyClient, translateForLegacyClient } from './legacy-client.ts';
import type { Pulse } from './pulse.ts';
import { Session } from './session.ts';

/** What becomes of the text messages of one connection. */
export interface Conversant {
  /** Begins, where nothing has to be heard first. */
  start?(): void;
  receive(text: string): void;
  /** The connection is gone. */
  end(): void;
  /** Looks after the connection. @param now Milliseconds since 1970-01-01 UTC. */
  tick(now: number): void;
}

/** A connection and who handles it. */
export interface Wire {
  readonly connection: Connection;
  readonly conversant: Conversant;
}

/** Joins an open WebSocket to a session. Whatever arrives, nothing is thrown here. */
export function joinWire(arrival: Arrival, core: Core, setting: ConnectionSetting, pulse: Pulse): Wire {
  const { socket } = arrival;
  const { connection, conversant } = converse(arrival, core, setting, pulse);
  connection.onEnd = () => conversant.end();
  conversant.start?.();
  const { frameBytes } = core.options.limits;

  socket.on('message', (data: RawData, isBinary: boolean) => {
    if (!connection.isOpen) return;
    connection.heard();
    try {
      if (isBinary) return connection.refuse('malformed', 'Frames are text messages, not binary ones');
      const bytes = data as Buffer;
      if (bytes.length > frameBytes) return refuseTooLarge(connection, bytes, frameBytes);
      conversant.receive(bytes.toString());
    } catch (error) {
      core.logger.error({ err: error, session: connection.session }, 'a frame could not be handled');
      connection.refuse('internal', 'The relay could not handle the frame');
    }
  });
  socket.on('pong', () => {
    connection.heardAt = steadyNow();
  });
  socket.on('error', (error) => {
    core.logger.debug({ err: error, session: connection.session }, 'connection failed');
  });
  return { connection, conversant };
}

function converse(
  { socket, stream, request, peer, legacy }: Arrival,
  core: Core,
  setting: ConnectionSetting,
  pulse: Pulse,
): Wire {
  if (legacy === undefined) {
    const connection = new Connection(socket, stream, setting);
    const conversant =
      peer === 'client'
        ? new Session(core, connection, request, clientRole, pulse)
        : new Session(core, connection, request, agentRole, pulse);
    return { connection, conversant };
  }
  if (peer === 'client') {
    const connection = new Connection(socket, stream, setting, translateForLegacyClient);
    return { connection, conversant: new LegacyClient(core, connection, legacy, pulse) };
  }
  const connection = new Connection(socket, stream, setting, translateForLegacyAgent);
  return { connection, conversant: new LegacyAgent(core, connection, legacy, pulse) };
}

function refuseTooLarge(connection: Connection, bytes: Buffer, limit: number): void {
  const ref = idAtStart(bytes.toString('latin1', 0, 2048));
  connection.refuse('too_large', `The frame has ${bytes.length} bytes, more than ${limit}`, {
    details: { limit },
    ...(ref !== undefined && { ref }),
  });
}

/** The `id` of a frame that is too large to be parsed, where it comes first among short members. */
const idAtStart = (text: string): string | undefined =>
  /^\s*\{\s*(?:"[a-z]{1,32}"\s*:\s*(?:"[^"\\]{0,256}"|-?\d{1,20})\s*,\s*){0,8}?"id"\s*:\s*"([A-Za-z0-9_-]{1,64})"/.exec(
    text,
  )?.[1];
