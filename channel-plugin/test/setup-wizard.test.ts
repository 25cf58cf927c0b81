import type { WizardPrompter } from 'openclaw/plugin-sdk/setup';
import { describe, expect, it } from 'vitest';
import { setupWizard } from '../src/host/setup-wizard.ts';

const [relay] = setupWizard.textInputs ?? [];
const [token] = setupWizard.credentials;
const at = { accountId: 'default', credentialValues: {} };
const cfg = (section: object) => ({ channels: { 'websocket-channel': section } });

describe('the guided set-up', () => {
  it('asks for an address that is one', () => {
    expect(relay?.validate?.({ ...at, cfg: {}, value: 'https://x.example' })).toBe(
      'The address must be a WebSocket address such as wss://relay.example.com/openclaw',
    );
    expect(relay?.validate?.({ ...at, cfg: {}, value: ' wss://x.example/openclaw ' })).toBeUndefined();
    expect(relay?.applySet?.({ ...at, cfg: {}, value: 'wss://x.example/' })).toEqual(
      cfg({ enabled: true, relayUrl: 'wss://x.example/' }),
    );
  });

  it('asks where the relay is, and for neither address nor token of one in the Gateway', async () => {
    const choose = async (present: object, mode: string) => {
      const asked: unknown[] = [];
      const prompter = {
        async select({ initialValue }: { initialValue?: unknown }) {
          asked.push(initialValue);
          return mode;
        },
      } as unknown as WizardPrompter;
      const chosen = await setupWizard.prepare?.({
        ...at,
        cfg: cfg(present),
        prompter,
        runtime: {} as never,
      });
      const next = chosen?.cfg ?? cfg(present);
      const step = { ...at, cfg: next, state: { accountConfigured: false, hasConfiguredValue: false } };
      const prompts = [await relay?.shouldPrompt?.(step), await token?.shouldPrompt?.(step)];
      return { asked, next, prompts };
    };
    const relayUrl = 'wss://x.example/';
    expect(await choose({}, 'embedded')).toEqual({
      asked: ['relay'],
      next: cfg({ enabled: true, mode: 'embedded' }),
      prompts: [false, false],
    });
    expect(await choose({ mode: 'embedded' }, 'relay')).toEqual({
      asked: ['embedded'],
      next: cfg({ enabled: true, mode: 'relay' }),
      prompts: [true, true],
    });
    expect((await choose({ relayUrl }, 'relay')).next).toEqual(cfg({ relayUrl }));
  });

  it('says in the end where the page of a relay in the Gateway is', async () => {
    const notes: string[] = [];
    const prompter = { note: async (text: string) => void notes.push(text) } as unknown as WizardPrompter;
    const end = (section: object) =>
      setupWizard.finalize?.({
        ...at,
        cfg: cfg(section),
        prompter,
        runtime: {} as never,
        forceAllowFrom: false,
      });
    await end({ relayUrl: 'wss://x.example/' });
    expect(notes).toEqual([]);
    await end({ mode: 'embedded', embedded: { port: 4711 } });
    expect(notes).toEqual([expect.stringContaining('http://127.0.0.1:4711/')]);
  });

  it('writes the token, and keeps it out of the file when the environment has it', async () => {
    const value = { ...at, cfg: cfg({ relayUrl: 'wss://x.example/' }), value: 't', resolvedValue: 't' };
    expect(await token?.applySet?.(value)).toEqual(
      cfg({ relayUrl: 'wss://x.example/', enabled: true, token: 't' }),
    );
    expect(JSON.stringify(await token?.applyUseEnv?.({ ...at, cfg: cfg({ token: 'old' }) }))).not.toContain(
      'old',
    );
    expect(token?.inspect({ ...at, cfg: value.cfg })).toMatchObject({ hasConfiguredValue: false });
  });

  it('opens and closes the door together with the list', () => {
    const { dmPolicy } = setupWizard;
    const open = dmPolicy?.setPolicy(cfg({ allowFrom: ['alice'] }), 'open');
    expect(open).toEqual(cfg({ dmPolicy: 'open', allowFrom: ['alice', '*'] }));
    expect(dmPolicy?.setPolicy(open ?? {}, 'pairing')).toEqual(
      cfg({ dmPolicy: 'pairing', allowFrom: ['alice'] }),
    );
    expect(dmPolicy?.getCurrent({})).toBe('pairing');
  });

  it('adds participants to those who are there', async () => {
    const ids = setupWizard.allowFrom?.parseInputs?.('user:bob, ws:carol') ?? [];
    expect(
      await setupWizard.allowFrom?.apply({ ...at, cfg: cfg({ allowFrom: ['alice'] }), allowFrom: ids }),
    ).toEqual(cfg({ allowFrom: ['alice', 'bob', 'carol'] }));
  });

  it('says what is wrong with a configuration', async () => {
    const { status } = setupWizard;
    expect(await status.resolveConfigured({ cfg: {} })).toBe(false);
    expect(await status.resolveConfigured({ cfg: cfg({ relayUrl: 'wss://x.example/' }) })).toBe(true);
    expect(await status.resolveStatusLines?.({ cfg: cfg({ relayUrl: 'x' }), configured: false })).toEqual([
      expect.stringContaining('channels.websocket-channel.relayUrl must be a WebSocket address'),
    ]);
  });
});
