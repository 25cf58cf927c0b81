import type { Account } from './accounts.ts';
import type { AccountConfig } from './config-schema.ts';

/** Members that are legal by themselves, but do not go together or are hardly meant. */
export function* contradictions(
  { relayUrl, token, dmPolicy, allowFrom, groupPolicy, groupAllowFrom }: Omit<Account, 'findings'>,
  written: AccountConfig,
  isNested: boolean,
): Generator<{ readonly member: string; readonly message: string }> {
  const everybody = allowFrom.includes('*');
  if (isNested && written.dmPolicy === undefined) {
    yield {
      member: 'dmPolicy',
      message:
        'is not set, so that you approve each participant first (pairing). To let everybody in as the tutorial did, set dmPolicy to "open" and allowFrom to ["*"]',
    };
  }
  if (dmPolicy === 'open' && !everybody) {
    yield { member: 'allowFrom', message: 'must hold "*" for dmPolicy "open" to let everybody in' };
  }
  if ((dmPolicy === 'pairing' || dmPolicy === 'allowlist') && everybody) {
    yield {
      member: 'allowFrom',
      message: `holds "*" and so lets everybody in, whatever dmPolicy "${dmPolicy}" says; remove it, or set dmPolicy to "open"`,
    };
  }
  if (dmPolicy === 'allowlist' && allowFrom.length === 0) {
    yield {
      member: 'allowFrom',
      message: 'is empty, so that dmPolicy "allowlist" lets nobody in; name participants',
    };
  }
  if (written.groupPolicy === 'allowlist' && (groupAllowFrom ?? allowFrom).length === 0) {
    yield {
      member: 'groupAllowFrom',
      message: 'is empty, so that groupPolicy "allowlist" lets nobody in; name participants',
    };
  }
  if (written.requireMention === false && groupPolicy === 'open') {
    yield {
      member: 'requireMention',
      message:
        'is false with groupPolicy "open": everybody in a shared conversation makes the agent answer every message; set one of them',
    };
  }
  if (token !== undefined && relayUrl !== undefined && exposesToken(relayUrl)) {
    yield { member: 'relayUrl', message: 'sends the token unencrypted over the network; use wss://' };
  }
}

function exposesToken(relayUrl: string): boolean {
  const { protocol, hostname } = new URL(relayUrl);
  return protocol === 'ws:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
