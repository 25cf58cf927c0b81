import { expect, test, vi } from 'vitest';
import { ClientError, isClientError } from '../src/index.ts';

test('an error of the client is one, also of another copy of the package', async () => {
  vi.resetModules();
  const copy = await import('../src/index.ts');
  const foreign = new copy.ClientError('closed', 'Closed');
  expect(foreign).not.toBeInstanceOf(ClientError);
  expect(isClientError(foreign)).toBe(true);
  expect(isClientError(new ClientError('closed', ''))).toBe(true);
});

test.each([undefined, null, 'closed', new Error('closed'), { code: 'closed' }])(
  '%s is no error of the client',
  (value) => {
    expect(isClientError(value)).toBe(false);
  },
);

test('an error says what it is', () => {
  expect(new ClientError('outbox_full', '256 events wait', true)).toMatchObject({
    name: 'ClientError',
    code: 'outbox_full',
    message: '256 events wait',
    retryable: true,
  });
});
