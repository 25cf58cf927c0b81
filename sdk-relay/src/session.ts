import type { IncomingMessage } from 'node:http';
import {
  type AuthSubmission,
  type CloseCode,
  closeCodes,
  type ErrorCode,
  encode,
  type FrameFault,
  type Hello,
  versions,
  type Welcome,
} from '@websocket-channel/protocol';
import { parseRelayToClient } from '@websocket-channel/protocol/client';
import { type Authentication, examine } from './authentication.ts';
import type { Connection } from './connection.ts';
import { contentFault } from './content-fault.ts';
import type { Core } from './core.ts';
import type { Pulse } from './pulse.ts';
import type { RefusalContext } from './refusal.ts';
import type { Handler, Known, Role } from './role.ts';

/** One connection from its `hello` on: who it is, and what concerns the connection itself. */
export class Session<I extends Known, F extends { readonly type: string }> {
  readonly #core: Core;
  readonly #connection: Connection;
  readonly #request: IncomingMessage;
  readonly #role: Role<I, F>;
  readonly #pulse: Pulse;
  #state: 'greeting' | 'authenticating' | 'open' | 'renewing' = 'greeting';
  #identity: I | undefined;
  #handler: Handler<I, F> | undefined;

  constructor(core: Core, connection: Connection, request: IncomingMessage, role: Role<I, F>, pulse: Pulse) {
    this.#core = core;
    this.#connection = connection;
    this.#request = request;
    this.#role = role;
    this.#pulse = pulse;
  }

  /** Takes a text message. */
  receive(text: string): void {
    const parsed = this.#role.parse(text);
    if (this.#state === 'greeting') {
      if (parsed.status === 'frame' && isHello(parsed.frame)) return this.#greet(parsed.frame);
      const cause = parsed.status === 'fault' ? `: ${parsed.fault.message}` : '';
      const context = parsed.status === 'fault' ? contextOf(parsed.fault) : {};
      this.#connection.refuse('unexpected', `The first frame must be a legal hello${cause}`, context);
      return this.#connection.close(closeCodes.protocolViolation, 'no hello');
    }
    switch (parsed.status) {
      case 'unknown':
        this.#core.stats.unknown++;
        return;
      case 'fault':
        return this.#connection.refuse(parsed.fault.code, parsed.fault.message, contextOf(parsed.fault));
      case 'frame':
        this.#core.stats.frame(parsed.frame.type);
        return this.#take(parsed.frame, text);
    }
  }

  end(): void {
    this.#handler?.end();
    this.#handler = undefined;
  }

  /** Looks after a connection that says nothing, or whose token has ended. */
  tick(now: number): void {
    const { options } = this.#core;
    if (this.#state === 'greeting') {
      if (now - this.#connection.openedAt >= options.helloTimeoutMs) {
        this.#connection.close(closeCodes.helloTimeout, 'no hello in time');
      }
      return;
    }
    if (this.#state === 'authenticating') return;
    // Whoever made the token meant the clock on the wall.
    if ((this.#identity?.expiresAt ?? Number.POSITIVE_INFINITY) <= Date.now()) {
      return this.#dismiss('unauthenticated', 'The token has expired', closeCodes.unauthenticated);
    }
    this.#pulse.check(this.#connection, now);
  }

  #take(frame: F, text: string): void {
    if (this.#state === 'authenticating' && frame.type !== 'hello' && frame.type !== 'bye') {
      return this.#connection.refuse('unexpected', 'Wait for the welcome');
    }
    switch (frame.type) {
      case 'hello':
        return this.#connection.refuse('unexpected', 'A hello was said before');
      case 'ping':
        return this.#connection.send({ ...frame, type: 'pong' });
      case 'pong':
      case 'error':
        return;
      case 'bye':
        return this.#connection.close(1000, 'bye');
      case 'auth':
        return this.#renew(frame as unknown as AuthSubmission);
    }
    const fault = contentFault(frame, this.#core.options.limits.contentLength);
    if (fault !== undefined) return this.#connection.refuse('invalid', fault.message, fault.context);
    this.#handler?.handle(frame, text);
  }

  #greet(hello: Hello): void {
    this.#core.stats.frame('hello');
    if (hello.role !== this.#role.peer) {
      return this.#dismiss('forbidden', `This path is for ${this.#role.peer}s`, closeCodes.forbidden);
    }
    const version = versions.find((known) => hello.versions.includes(known));
    if (version === undefined) {
      const message = `This relay speaks ${versions.map((known) => `version ${known}`).join(', ')}`;
      return this.#dismiss('unsupported_version', message, closeCodes.unsupportedVersion);
    }
    this.#state = 'authenticating';
    this.#examine(hello.token, hello.source, (authentication) => {
      switch (authentication.status) {
        case 'unknown':
          return this.#dismiss(
            'unauthenticated',
            hello.token === undefined ? 'A token is needed' : 'The token is not valid',
            closeCodes.unauthenticated,
          );
        case 'failed':
          return this.#dismiss('unavailable', 'The token cannot be examined now', closeCodes.internal);
        case 'known':
          return this.#open(authentication.identity, version, hello);
      }
    });
  }

  #open(identity: I, version: number, hello: Hello): void {
    const { heartbeat, limits, files } = this.#core.options;
    const welcome: Welcome = {
      type: 'welcome',
      version,
      session: this.#connection.session,
      identity: { source: identity.source, ...(identity.name !== undefined && { name: identity.name }) },
      ...this.#role.welcome(identity),
      heartbeat: { intervalMs: heartbeat.intervalMs, graceMs: heartbeat.graceMs },
      limits: { frameBytes: limits.frameBytes, contentLength: limits.contentLength },
      ...(files !== undefined && { files: { url: files.url, maxBytes: files.maxBytes } }),
      ...(identity.expiresAt !== undefined && { tokenExpiresAt: Math.floor(identity.expiresAt) }),
    };
    const checked = parseRelayToClient(encode(welcome));
    if (checked.status === 'fault') {
      this.#core.logger.error(
        { fault: checked.fault },
        'the authentication answers with an illegal identity',
      );
      return this.#dismiss('internal', 'The identity cannot be used', closeCodes.internal);
    }
    if (!this.#role.admits(this.#core, this.#connection, identity)) return;
    this.#identity = identity;
    this.#state = 'open';
    const { software, capabilities } = hello;
    const { session } = this.#connection;
    this.#core.logger.info(
      { session, peer: this.#role.peer, source: identity.source, software, capabilities },
      'connected',
    );
    this.#connection.send(welcome);
    this.#handler = this.#role.open(this.#core, this.#connection, identity, hello);
    this.#handler.start();
  }

  #renew({ token }: AuthSubmission): void {
    if (this.#state !== 'open') {
      return this.#connection.refuse('unexpected', 'An authentication is under way');
    }
    this.#state = 'renewing';
    this.#examine(token, this.#identity?.source, (authentication) => {
      this.#state = 'open';
      if (authentication.status === 'failed') {
        return this.#connection.refuse('unavailable', 'The token cannot be examined now');
      }
      if (authentication.status === 'unknown') {
        return this.#connection.refuse('unauthenticated', 'The token is not valid');
      }
      const { identity } = authentication;
      if (identity.source !== this.#identity?.source) {
        return this.#connection.refuse('unauthenticated', 'The token is of another identity');
      }
      this.#identity = identity;
      this.#handler?.identify(identity);
      this.#connection.send({
        type: 'auth',
        ...(identity.expiresAt !== undefined && { tokenExpiresAt: Math.floor(identity.expiresAt) }),
      });
    });
  }

  #examine(
    token: string | undefined,
    claimed: string | undefined,
    proceed: (authentication: Authentication<I>) => void,
  ): void {
    const hook = this.#role.authenticate(this.#core);
    const { authenticationTimeoutMs } = this.#core.options;
    examine(hook, { token, claimed, request: this.#request }, authenticationTimeoutMs, (authentication) => {
      if (authentication.status === 'failed') {
        this.#core.logger.error({ err: authentication.error }, 'the authentication failed');
      }
      if (!this.#connection.isOpen) return;
      try {
        proceed(authentication);
      } catch (error) {
        this.#core.logger.error({ err: error }, 'a session could not be opened');
        this.#dismiss('internal', 'The relay could not open the session', closeCodes.internal);
      }
    });
  }

  #dismiss(code: ErrorCode, message: string, closeCode: CloseCode): void {
    this.#connection.refuse(code, message);
    this.#connection.close(closeCode, code);
  }
}

const contextOf = ({ ref, details }: FrameFault): RefusalContext => ({
  ...(ref !== undefined && { ref }),
  ...(details !== undefined && { details }),
});

const isHello = (frame: { readonly type: string }): frame is Hello => frame.type === 'hello';
