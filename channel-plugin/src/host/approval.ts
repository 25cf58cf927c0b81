import { createHash } from 'node:crypto';
import type { Answer } from '../host-port.ts';

/** The part of a payload of OpenClaw's that tells of an approval. */
interface ApprovalPayload {
  readonly text?: string | undefined;
  readonly channelData?: Readonly<Record<string, unknown>> | undefined;
}

/** OpenClaw tells the end of the time for an approval by this text alone. */
const expired = /^⏱️ (?:Exec|Plugin) approval expired\. ID: (\S+)$/u;

/** The card of an approval has one id in all its states, so that its end rewrites it wherever it is shown. */
export function approvalOf({
  text = '',
  channelData,
}: ApprovalPayload): Pick<Answer, 'id' | 'edits' | 'actions'> {
  const approval = channelData?.execApproval as
    | { readonly approvalId?: unknown; readonly state?: unknown }
    | undefined;
  const approvalId = approval?.approvalId ?? expired.exec(text)?.[1];
  if (typeof approvalId !== 'string') return {};
  const id = createHash('sha256').update(`approval ${approvalId}`).digest('base64url');
  return approval?.state === 'pending' ? { id } : { edits: id, actions: [] };
}
