import { mayReconnect } from './close-codes.ts';
import { encode } from './codec.ts';
import type { RelayToAgent, Welcome } from './generated/frames.ts';
import { limits } from './limits.ts';
import { createLink, type Link, type LinkOptions, type LinkSocket, type OpenSocket } from './link/link.ts';

/** What a legacy link needs to know beside what a link does. */
export interface LegacyLinkOptions extends Omit<LinkOptions<RelayToAgent>, 'onTraffic'> {
  /** Takes a message of a relay that speaks the tutorial's wire (v0). */
  readonly onLegacyMessage: (text: string) => void;
  /** How long a relay that selected the subprotocol may leave `hello` unanswered, in milliseconds. @default 3000 */
  readonly legacyAfterMs?: number;
}

/** A link that copes with a relay that does not take part in the subprotocol. */
export interface LegacyLink extends Link {
  /** Whether the relay at the other end speaks v0: what is written has to be v0 then. */
  readonly legacy: boolean;
  /** Whether nothing but its silence says so: a relay that is held up is silent too, and what is written now may get lost. */
  readonly presumed: boolean;
}

/** How `ws` tells that the relay did not select the subprotocol; other WebSockets do not say why they failed. */
const refusal = 'Server sent no subprotocol';

/**
 * Makes a link that offers the subprotocol to each relay, and falls back to v0: on a second socket where the relay does
 * not select the subprotocol, and on the same socket where it selected it unawares, as servers on `ws` do by default, and
 * then leaves `hello` unanswered or says something else. Silence says nothing of a relay that spoke v1 before. To the link
 * a relay of v0 seems to send a `welcome` without a heartbeat; its messages go to `onLegacyMessage`.
 */
export function createLegacyLink(options: LegacyLinkOptions): LegacyLink {
  const { legacyAfterMs = 3000 } = options;
  let legacy = false;
  let presumed = false;
  let spokeV1 = false;

  const openSocket: OpenSocket = (url, subprotocols) => {
    let current: LinkSocket;
    let failure: string | undefined;
    let left = false;
    let understood = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const socket: LinkSocket = {
      get readyState() {
        return current.readyState;
      },
      get bufferedAmount() {
        return current.bufferedAmount;
      },
      send(text) {
        if (link.state.status === 'ready') return current.send(text);
        // The hello: a relay that is known to speak v0 would not understand it.
        if (legacy) return queueMicrotask(fallBack);
        if (!spokeV1) {
          // One turn later, so that an answer that came while this thread was busy counts.
          timer = setTimeout(() => {
            timer = setTimeout(presume);
          }, legacyAfterMs);
        }
        current.send(text);
      },
      close(code, reason) {
        left = true;
        clearTimeout(timer);
        current.close(code, reason);
      },
      onopen: null,
      onmessage: null,
      onclose: null,
      onerror: null,
    };

    function presume(): void {
      presumed = true;
      fallBack();
    }

    function fallBack(): void {
      legacy = true;
      socket.onmessage?.({ data: encode(unspokenWelcome) });
    }

    function read(data: unknown): void {
      clearTimeout(timer);
      const text = typeof data === 'string' ? data : '';
      const parsed = understood ? undefined : options.parse(text);
      const speaksV1 =
        parsed?.status === 'frame' || (parsed?.status === 'fault' && parsed.fault.code === 'invalid');
      if (speaksV1) spokeV1 = true;
      else presumed = false;
      if (!legacy && !understood && !speaksV1) fallBack();
      if (!legacy) {
        understood = true;
        socket.onmessage?.({ data });
      } else if (speaksV1) current.close();
      else options.onLegacyMessage(text);
    }

    function open(offered: readonly string[]): void {
      legacy = offered.length === 0;
      presumed = false;
      current = options.openSocket(url, offered);
      current.onopen = () => socket.onopen?.();
      current.onmessage = ({ data }) => read(data);
      current.onerror = (error) => {
        failure = error.message;
        socket.onerror?.(error);
      };
      current.onclose = ({ code, reason }) => {
        clearTimeout(timer);
        if (failure === refusal && !legacy && !left) return open([]);
        // A relay that forbids to come back knows v1 after all: it is to be asked for it again.
        socket.onclose?.({ code: legacy && !mayReconnect(code) ? 0 : code, reason });
      };
    }

    open(subprotocols);
    return socket;
  };

  const link = createLink<RelayToAgent>({ ...options, openSocket });
  return {
    get state() {
      return link.state;
    },
    get legacy() {
      return legacy;
    },
    get presumed() {
      return presumed;
    },
    get bufferedAmount() {
      return link.bufferedAmount;
    },
    start: link.start,
    stop: link.stop,
    wake: link.wake,
    write: link.write,
  };
}

/** What a relay of v0 would say if it said anything; no heartbeat, so that it may be silent. */
const unspokenWelcome: Welcome = {
  type: 'welcome',
  version: 1,
  session: 'v0',
  identity: { source: 'v0' },
  heartbeat: { intervalMs: 0, graceMs: 0 },
  limits: { frameBytes: limits.frameBytes, contentLength: limits.contentLength },
};
