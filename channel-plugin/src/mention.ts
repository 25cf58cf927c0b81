/** Whether a text addresses the agent by its display name: `@Claw`, not `@Clawdia`. */
export function mentionsName(text: string, name: string | undefined): boolean {
  if (name === undefined) return false;
  const mention = `@${name.toLowerCase()}`;
  const lower = text.toLowerCase();
  for (let at = lower.indexOf(mention); at >= 0; at = lower.indexOf(mention, at + 1)) {
    if (!/^[\p{L}\p{N}_]/u.test(lower.slice(at + mention.length))) return true;
  }
  return false;
}
