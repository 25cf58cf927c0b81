import { resolveStableChannelMessageIngress } from 'openclaw/plugin-sdk/channel-ingress-runtime';
import { getRuntime } from './runtime.ts';

type Resolve = typeof resolveStableChannelMessageIngress;

/** OpenClaw's decision about a sender. */
export type Ingress = Awaited<ReturnType<Resolve>>;

/** Asks OpenClaw whether a sender is let in: its runtime, which vouches for the sender, or before 2026.9.6 its SDK. */
export const resolveIngress: Resolve = (params) => {
  const { ingress } = getRuntime().channel.inbound as { ingress?: { resolveStable: Resolve } };
  return (ingress?.resolveStable ?? resolveStableChannelMessageIngress)(params);
};
