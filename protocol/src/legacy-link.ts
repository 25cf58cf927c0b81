import { encode } from './codec.ts';
import type { RelayToAgent, Welcome } from './generated/frames.ts';
import { limits } from './limits.ts';
import { createLink, type Link, type LinkOptions, type LinkSocket, type OpenSocket } from './link/link.ts';

/** What a legacy link needs to know beside what a link does. */
export interface LegacyLinkOptions extends Omit<LinkOptions<RelayToAgent>, 'onTraffic'> {
  /** Takes a message of a relay that speaks the tutorial's wire (v0). */
  readonly onLegacyMessage: (text: string) => void;
}

/** A link that copes with a relay that does not take part in the subprotocol. */
export interface LegacyLink extends Link {
  /** Whether the relay at the other end speaks v0: what is written has to be v0 then. */
  readonly legacy: boolean;
}

/** How `ws` tells that the relay did not select the subprotocol; other WebSockets do not say why they failed. */
const refusal = 'Server sent no subprotocol';

/**
 * Makes a link that asks each relay for the subprotocol, and connects anew without it where the relay selects none. To
 * the link such a relay seems to send a `welcome` without a heartbeat; its messages go to `onLegacyMessage`.
 */
export function createLegacyLink(options: LegacyLinkOptions): LegacyLink {
  let legacy = false;

  const openSocket: OpenSocket = (url, subprotocols) => {
    let failure: string | undefined;
    let left = false;
    let current: LinkSocket;
    const socket: LinkSocket = {
      get readyState() {
        return current.readyState;
      },
      get bufferedAmount() {
        return current.bufferedAmount;
      },
      send(text) {
        if (!legacy || link.state.status === 'ready') current.send(text);
        // The hello; nobody would understand it.
        else queueMicrotask(() => socket.onmessage?.({ data: encode(unspokenWelcome) }));
      },
      close(code, reason) {
        left = true;
        current.close(code, reason);
      },
      onopen: null,
      onmessage: null,
      onclose: null,
      onerror: null,
    };

    function open(offered: readonly string[]): void {
      legacy = offered.length === 0;
      current = options.openSocket(url, offered);
      current.onopen = () => socket.onopen?.();
      current.onmessage = (message) => {
        if (!legacy) socket.onmessage?.(message);
        else if (typeof message.data === 'string') options.onLegacyMessage(message.data);
      };
      current.onerror = (error) => {
        failure = error.message;
        socket.onerror?.(error);
      };
      current.onclose = (close) => {
        if (failure === refusal && !legacy && !left) open([]);
        else socket.onclose?.(close);
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
    get bufferedAmount() {
      return link.bufferedAmount;
    },
    start: link.start,
    stop: link.stop,
    wake: link.wake,
    write: link.write,
  };
}

const unspokenWelcome: Welcome = {
  type: 'welcome',
  version: 1,
  session: 'v0',
  identity: { source: 'v0' },
  heartbeat: { intervalMs: 0, graceMs: 0 },
  limits: { frameBytes: limits.frameBytes, contentLength: limits.contentLength },
};
