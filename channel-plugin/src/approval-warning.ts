/** The part of the Gateway's configuration that decides on approvals. */
interface ApprovalConfig {
  readonly tools?:
    | { readonly exec?: { readonly mode?: unknown; readonly ask?: unknown } | undefined }
    | undefined;
  readonly approvals?: { readonly exec?: { readonly enabled?: unknown } | undefined } | undefined;
}

/** Whether a command may have to wait for an approval that no participant would ever see. */
export function approvalWarning({ tools, approvals }: ApprovalConfig): string | undefined {
  const { mode, ask } = tools?.exec ?? {};
  const asks = mode === 'ask' || mode === 'auto' || ask === 'always' || ask === 'on-miss';
  if (!asks || approvals?.exec?.enabled === true) return undefined;
  return 'approvals.exec is not enabled while tools.exec asks before commands: a command would wait for an approval that no participant sees. Set approvals.exec to {"enabled": true, "mode": "session"}';
}
