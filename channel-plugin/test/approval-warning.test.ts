import { describe, expect, it } from 'vitest';
import { approvalWarning } from '../src/approval-warning.ts';

const forwarded = { exec: { enabled: true, mode: 'session' } };

describe('the warning about approvals', () => {
  it.each([{ mode: 'ask' }, { mode: 'auto' }, { ask: 'always' }, { ask: 'on-miss' }])(
    'is given where %j asks, and no participant sees it',
    (exec) => {
      expect(approvalWarning({ tools: { exec } })).toContain('Set approvals.exec');
      expect(approvalWarning({ tools: { exec }, approvals: { exec: { enabled: false } } })).toBeDefined();
      expect(approvalWarning({ tools: { exec }, approvals: forwarded })).toBeUndefined();
    },
  );

  it.each([{}, { tools: {} }, { tools: { exec: { mode: 'deny' } } }, { tools: { exec: { mode: 'full' } } }])(
    'is not given where nobody is asked: %j',
    (config) => expect(approvalWarning(config)).toBeUndefined(),
  );
});
