/** What the first bytes of a file say of it. */
type Kind = string;

const ascii = (text: string): readonly number[] => Array.from(text, (character) => character.charCodeAt(0));

const signatures: readonly { readonly kind: Kind; readonly at: number; readonly bytes: readonly number[] }[] =
  [
    { kind: 'png', at: 0, bytes: [0x89, ...ascii('PNG'), 0x0d, 0x0a, 0x1a, 0x0a] },
    { kind: 'jpeg', at: 0, bytes: [0xff, 0xd8, 0xff] },
    { kind: 'gif', at: 0, bytes: ascii('GIF8') },
    { kind: 'webp', at: 8, bytes: ascii('WEBP') },
    { kind: 'wave', at: 8, bytes: ascii('WAVE') },
    { kind: 'iso', at: 4, bytes: ascii('ftyp') },
    { kind: 'matroska', at: 0, bytes: [0x1a, 0x45, 0xdf, 0xa3] },
    { kind: 'ogg', at: 0, bytes: ascii('OggS') },
    { kind: 'flac', at: 0, bytes: ascii('fLaC') },
    { kind: 'mpeg', at: 0, bytes: ascii('ID3') },
    { kind: 'pdf', at: 0, bytes: ascii('%PDF-') },
    { kind: 'zip', at: 0, bytes: [...ascii('PK'), 3, 4] },
    { kind: 'zip', at: 0, bytes: [...ascii('PK'), 5, 6] },
    { kind: 'gzip', at: 0, bytes: [0x1f, 0x8b] },
    { kind: 'program', at: 0, bytes: [0x7f, ...ascii('ELF')] },
    { kind: 'program', at: 0, bytes: ascii('MZ') },
  ];

/** The kinds of bytes that types stand for; a `*` stands for any ending. */
const kinds: readonly (readonly [type: string, kind: Kind])[] = [
  ['image/png', 'png'],
  ['image/jpeg', 'jpeg'],
  ['image/gif', 'gif'],
  ['image/webp', 'webp'],
  ['image/avif', 'iso'],
  ['image/heic', 'iso'],
  ['image/heif', 'iso'],
  ['image/svg+xml', 'text'],
  ['video/mp4', 'iso'],
  ['video/quicktime', 'iso'],
  ['audio/mp4', 'iso'],
  ['audio/x-m4a', 'iso'],
  ['video/webm', 'matroska'],
  ['audio/webm', 'matroska'],
  ['video/x-matroska', 'matroska'],
  ['audio/ogg', 'ogg'],
  ['video/ogg', 'ogg'],
  ['audio/flac', 'flac'],
  ['audio/mpeg', 'mpeg'],
  ['audio/wav', 'wave'],
  ['audio/x-wav', 'wave'],
  ['application/pdf', 'pdf'],
  ['application/zip', 'zip'],
  ['application/vnd.openxmlformats-officedocument.*', 'zip'],
  ['application/vnd.oasis.opendocument.*', 'zip'],
  ['application/gzip', 'gzip'],
  ['application/json', 'text'],
  ['application/xml', 'text'],
  ['text/*', 'text'],
];

/** How many of the first bytes {@link isOfType} looks at. */
export const headBytes = 512;

/** Whether a type is one of a list, in which `image/*` stands for all that begin so. */
export const isListed = (mime: string, types: readonly string[]): boolean =>
  types.some((type) => (type.endsWith('*') ? mime.startsWith(type.slice(0, -1)) : mime === type));

/** Whether a file that begins like this may be of the type that it claims. A type without a known kind must not look like one of another. */
export function isOfType(mime: string, head: Uint8Array): boolean {
  if (mime === 'application/octet-stream') return true;
  const claimed = kinds.find(([type]) => isListed(mime, [type]))?.[1];
  const actual = kindOf(head);
  if (claimed === 'text') return actual === undefined && !head.includes(0);
  return actual === claimed;
}

function kindOf(head: Uint8Array): Kind | undefined {
  // MPEG audio without a tag begins with eleven set bits and a layer.
  if (head[0] === 0xff && ((head[1] ?? 0) & 0xe6) > 0xe0) return 'mpeg';
  return signatures.find(({ at, bytes }) => bytes.every((byte, index) => head[at + index] === byte))?.kind;
}
