/** Members that the relay adds to a frame; one that is `undefined` is left as the sender wrote it. */
export interface Stamps {
  readonly source: string;
  readonly conversation: string;
}

/**
 * Writes a validated frame with the relay's stamps, as a JSON object without its closing brace: more members may follow.
 * The sender's own text is kept wherever it says the same to every reader, which spares writing the frame anew. That is
 * so if no member is repeated, since JSON leaves open which of two equal names counts, and none was dropped as `null`.
 *
 * @param frame What the text was parsed to, after validation.
 */
export function splice(
  text: string,
  frame: { readonly source?: string; readonly conversation?: string },
  stamps: Stamps,
): string {
  const claimsSource = frame.source !== undefined;
  if ((claimsSource && frame.source !== stamps.source) || !namesEachOnce(text, frame)) {
    return JSON.stringify({ ...frame, ...stamps }).slice(0, -1);
  }
  let body = text.slice(0, -1);
  if (!claimsSource) body += `,"source":${quoted(stamps.source)}`;
  if (frame.conversation === undefined) body += `,"conversation":${quoted(stamps.conversation)}`;
  return body;
}

/** Writes printable ASCII as a JSON string. */
export const quoted = (text: string): string => (/["\\]/.test(text) ? JSON.stringify(text) : `"${text}"`);

/**
 * Whether a JSON text names each member of the value it was parsed to exactly once, and nothing else. The parser takes
 * the last of several equal names, so the text has as many names as the value exactly if none is repeated. A name is
 * where a quote stands before a colon, which within a string makes the count too high, and white space before a colon
 * is not looked behind: the answer errs to the safe side.
 */
function namesEachOnce(text: string, value: object): boolean {
  if (text.charCodeAt(text.length - 1) !== 0x7d) return false;
  let names = memberCount(value);
  for (let at = text.indexOf(':'); at !== -1; at = text.indexOf(':', at + 1)) {
    const before = text.charCodeAt(at - 1);
    if (before === 0x22) names--;
    else if (before <= 0x20) return false;
  }
  return names === 0;
}

function memberCount(value: object): number {
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object' && item !== null) count += memberCount(item);
    return count;
  }
  for (const name in value) {
    count++;
    const member = (value as Record<string, unknown>)[name];
    if (typeof member === 'object' && member !== null) count += memberCount(member);
  }
  return count;
}
