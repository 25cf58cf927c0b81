import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ChannelGatewayContext } from 'openclaw/plugin-sdk/channel-contract';
import manifest from '../../openclaw.plugin.json' with { type: 'json' };
import { type Account, defaultAccountId, firstError, isUsable } from '../accounts.ts';
import { type Agent, createAgent } from '../agent.ts';
import { approvalWarning } from '../approval-warning.ts';
import { printable } from '../errors.ts';
import type { Log } from '../log.ts';
import { createRecords } from '../records.ts';
import { escapeId } from '../session-key.ts';
import { connectionStatus } from '../status.ts';
import { hostRelay } from './embedded.ts';
import { observeAccount } from './metrics.ts';
import { createOpenClawHost } from './openclaw-host.ts';
import { stateFolder } from './runtime.ts';

const agents = new Map<string, Agent>();

/** The agent of an account, once it was started. */
export const agentOf = (accountId: string): Agent | undefined => agents.get(accountId);

/** Ends every agent, since the plugin is replaced or removed. What was not delivered stays on disk, for the next one. */
export function disposeAgents(): void {
  for (const agent of agents.values()) agent.dispose();
  agents.clear();
}

/** Connects an account and stays until the Gateway stops it: a promise that ended earlier would count as a crash. */
export async function startAccount(context: ChannelGatewayContext<Account>): Promise<void> {
  const { account, accountId, abortSignal, setStatus, getStatus } = context;
  const log = named(context.log ?? console, accountId);
  const patch = (status: object): void => setStatus({ ...getStatus(), accountId, ...status });
  const live = observeAccount(accountId);
  for (const { key, message, severity } of account.findings) {
    log[severity === 'error' ? 'error' : 'warn'](`${key} ${message}`);
  }
  const warning = approvalWarning(context.cfg);
  if (warning !== undefined) log.warn(warning);
  const block = (lastError: string): void => {
    // Without `configured: false` the whole Gateway would count as not ready.
    patch({ running: true, configured: false, connected: false, lifecycle: 'blocked', lastError });
    live.state('blocked');
  };
  if (!isUsable(account)) {
    block(firstError(account) ?? 'not configured');
    await aborted(abortSignal);
    return live.remove();
  }

  const relay =
    account.embedded && (await hostRelay(account.embedded, { accountId, log, abortSignal, block }));
  if (account.embedded !== undefined) {
    if (relay === undefined) return live.remove();
    patch({ configured: true });
  }

  let hasConnected = false;
  const stop = agentFor(account, log).start({
    account: { ...account, token: relay?.agentToken ?? account.token },
    log,
    onInbound() {
      live.event();
      patch({ lastInboundAt: Date.now(), lastEventAt: Date.now() });
    },
    onOutbound() {
      live.reply();
      patch({ lastOutboundAt: Date.now() });
    },
    onTrouble: (trouble) => patch({ recordsTrouble: trouble ?? null }),
    onState(state) {
      const { lastError = null } = getStatus();
      const status = connectionStatus(state, { now: Date.now(), hasConnected, lastError });
      patch(status);
      live.state(status.lifecycle);
      if (state.status === 'ready') {
        hasConnected = true;
        log.info(`Connected to ${account.relayUrl}`);
      } else if (state.status === 'waiting') {
        log.warn(
          `Not connected (${state.loss.code} ${printable(state.loss.reason)}); next attempt in ${state.delayMs} ms`,
        );
      } else if (state.status === 'closed' && state.loss !== undefined) {
        log.error(`The relay turned the agent away: ${state.loss.code} ${printable(state.loss.reason)}`);
      }
    },
  });
  await aborted(abortSignal);
  await stop();
  await relay?.close();
  live.remove();
}

function agentFor(
  account: Account & { readonly relayUrl: string },
  log: Parameters<typeof createOpenClawHost>[0],
): Agent {
  const known = agents.get(account.accountId);
  if (known?.relayUrl === account.relayUrl) return known;
  known?.dispose();
  const file = recordsOf(account);
  const agent = createAgent(account.accountId, account.relayUrl, {
    host: createOpenClawHost(log),
    version: manifest.version,
    records: createRecords(file, (aside) => {
      log.error(`What was under way cannot be read, and is lost: the damaged file is now ${aside}`);
    }),
  });
  agents.set(account.accountId, agent);
  return agent;
}

/** Where an agent keeps its records. Events and turns belong to one relay; an embedded one stays the same at another port. */
function recordsOf({ accountId, relayUrl, embedded }: Account & { readonly relayUrl: string }): string {
  const relay =
    embedded === undefined ? createHash('sha256').update(relayUrl).digest('hex').slice(0, 16) : 'embedded';
  return join(stateFolder(), `${escapeId(accountId)}-${relay}.sqlite`);
}

/** OpenClaw names the channel in each line, but not the account. */
function named(log: Log, accountId: string): Log {
  if (accountId === defaultAccountId) return log;
  const name = (message: string): string => `${accountId}: ${message}`;
  return {
    info: (message) => log.info(name(message)),
    warn: (message) => log.warn(name(message)),
    error: (message) => log.error(name(message)),
    debug: (message) => log.debug?.(name(message)),
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  else signal.addEventListener('abort', () => resolve(), { once: true });
  return promise;
}
