import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { subprotocol } from '@websocket-channel/protocol';
import { createTrafficChecker, type Violation } from '@websocket-channel/protocol/sequence';
import { afterEach, expect } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';

/** A frame as a test looks at it. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever members it expects, and fails where they are absent.
export type Frame = { type: string } & Record<string, any>;

/** What the relay did against the protocol during the test, with the message that shows it. */
let broken: (Violation & { readonly text: string })[] = [];
let onPurpose: readonly string[] = [];

afterEach(() => {
  const found = broken.filter(({ requirement }) => !onPurpose.includes(requirement));
  broken = [];
  onPurpose = [];
  expect(found, 'what the relay broke').toEqual([]);
});

/** Says what the relay cannot help breaking in this test. */
export function mayBreak(...requirements: readonly string[]): void {
  onPurpose = requirements;
}

/** How long a test waits for a fact before it fails, in milliseconds. */
const patienceMs = 20_000;

/**
 * A bare WebSocket that says what it is told. Whatever the relay says is checked against the protocol: by itself, and in
 * its order among what the peer said.
 */
export class RawPeer {
  readonly socket: WebSocket;
  readonly #queue: Frame[] = [];
  readonly #texts: string[] = [];
  #wake: (() => void) | undefined;
  #closed: { code: number; reason: string } | undefined;
  #pings = 0;
  readonly #check: (from: 'peer' | 'relay', text: string) => void;

  constructor(socket: WebSocket, role: 'client' | 'agent' | 'legacy') {
    this.socket = socket;
    const checker = role === 'legacy' ? undefined : createTrafficChecker({ role });
    this.#check = (from, text) => {
      for (const violation of checker?.text(from === 'peer' && role !== 'legacy' ? role : 'relay', text) ??
        []) {
        if (violation.by === 'relay') broken.push({ ...violation, text });
      }
    };
    socket.on('message', (data) => {
      const text = String(data);
      this.#texts.push(text);
      this.#check('relay', text);
      this.#queue.push(JSON.parse(text));
      this.#wake?.();
    });
    socket.on('close', (code, reason) => {
      this.#closed = { code, reason: String(reason) };
      this.#wake?.();
    });
    socket.on('error', () => {});
  }

  static async open(
    url: string,
    role: 'client' | 'agent' | 'legacy',
    { protocols = [subprotocol], ...options }: ClientOptions & { protocols?: string[] } = {},
  ): Promise<RawPeer> {
    const socket = new WebSocket(url, protocols, options);
    const peer = new RawPeer(socket, role);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('unexpected-response', (_, response: IncomingMessage) =>
        reject(new Error(`HTTP ${response.statusCode}`)),
      );
      socket.once('error', reject);
    });
    return peer;
  }

  /** Everything that arrived, as text. */
  get texts(): readonly string[] {
    return this.#texts;
  }

  send(...frames: (object | string)[]): void {
    for (const frame of frames) {
      const text = typeof frame === 'string' ? frame : JSON.stringify(frame);
      this.#check('peer', text);
      this.socket.send(text);
    }
  }

  /** The next frame that arrived, in order. */
  async nextFrame(type?: string): Promise<Frame> {
    await this.#until(() => this.#queue.length > 0 || this.#closed !== undefined, `a frame ${type ?? ''}`);
    const frame = this.#queue.shift();
    if (frame === undefined) throw new Error(`closed with ${JSON.stringify(this.#closed)}`);
    if (type !== undefined && frame.type !== type) {
      throw new Error(`expected ${type}, got ${JSON.stringify(frame)}`);
    }
    return frame;
  }

  async nextFrames(count: number): Promise<Frame[]> {
    const frames: Frame[] = [];
    while (frames.length < count) frames.push(await this.nextFrame());
    return frames;
  }

  /** Skips frames up to the first of a type. */
  async awaitFrame(type: string, fits: (frame: Frame) => boolean = () => true): Promise<Frame> {
    for (;;) {
      const frame = await this.nextFrame();
      if (frame.type === type && fits(frame)) return frame;
    }
  }

  /**
   * All frames that the relay said in answer to what it was told until now. What is durable is answered at the end of
   * the event-loop turn, so that only the second of two pings is answered after it.
   */
  async frames(): Promise<Frame[]> {
    return [...(await this.#upToPong()), ...(await this.#upToPong())];
  }

  /** How the connection ended; what arrived before is left in its place. */
  async closed(): Promise<{ code: number; reason: string }> {
    await this.#until(() => this.#closed !== undefined, 'the close');
    return this.#closed!;
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed();
  }

  async #upToPong(): Promise<Frame[]> {
    const id = `fence${this.#pings++}`;
    this.send({ type: 'ping', id });
    const frames: Frame[] = [];
    for (;;) {
      const frame = await this.nextFrame();
      if (frame.type === 'pong' && frame.id === id) return frames;
      frames.push(frame);
    }
  }

  async #until(fact: () => boolean, what: string): Promise<void> {
    if (fact()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#wake = () => {
      if (fact()) resolve();
    };
    const deadline = setTimeout(
      () => reject(new Error(`waited in vain for ${what}; got ${this.#texts.join('\n')}`)),
      patienceMs,
    );
    try {
      await promise;
    } finally {
      clearTimeout(deadline);
    }
  }
}

/** The HTTP status by which an upgrade is refused, or 101. */
export async function upgradeStatus(
  url: string,
  options: ClientOptions & { protocols?: string[] } = {},
): Promise<number> {
  const { protocols = [subprotocol], ...rest } = options;
  const socket = new WebSocket(url, protocols, rest);
  socket.on('error', () => {});
  const status = await Promise.race([
    once(socket, 'open').then(() => 101),
    once(socket, 'unexpected-response').then(([, response]) => (response as IncomingMessage).statusCode ?? 0),
  ]);
  socket.terminate();
  return status;
}
