/**
 * Mints an id: a UUID version 7, so that ids sort by time.
 *
 * @param now Milliseconds since 1970-01-01 UTC.
 * @returns 36 characters, as RFC 9562 writes it.
 */
export function mintId(now: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  const random = Array.from(bytes, (byte) => (byte + 256).toString(16).slice(1)).join('');
  const time = now.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${'89ab'[bytes[9]! & 3]}${random.slice(3, 6)}-${random.slice(6, 18)}`;
}
