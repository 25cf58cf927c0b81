import { repeat, type Vector } from './vector.ts';

/** Texts that no schema tells apart: syntax, depth, numbers, letters, and types that are none. */
export const texts: readonly Vector[] = [
  ...malformed([
    ['nothing', ''],
    ['blanks', ' \n'],
    ['prose', 'hello'],
    ['a frame cut off', '{"type":"ping"'],
    ['two frames', '{"type":"ping"}{"type":"ping"}'],
    ['a comma at the end', '{"type":"ping",}'],
    ['single quotes', "{'type':'ping'}"],
    ['a comment', '{"type":"ping"/* now */}'],
    ['a byte order mark', '\ufeff{"type":"ping"}'],
    ['NaN', '{"type":"ping","x":NaN}'],
    ['Infinity', '{"type":"ping","x":-Infinity}'],
    ['a number with a leading zero', '{"type":"ping","x":01}'],
    ['a control character in a string', '{"type":"ping","id":"a\tb"}'],
    ['an unknown escape', '{"type":"ping","id":"\\x61"}'],
    ['an array', '[{"type":"ping"}]'],
    ['a string', '"ping"'],
    ['a number', '1'],
    ['true', 'true'],
    ['null', 'null'],
  ]),
  ...malformed(
    [
      ['no type', '{}'],
      ['a type that is null', '{"type":null}'],
      ['a type that is a number', '{"type":1}'],
      ['a type that is a list', '{"type":["ping"]}'],
      ['a type that is an object', '{"type":{}}'],
    ],
    { path: '/type', keyword: 'type' },
  ),
  ...['', 'unheard_of', '__proto__', 'constructor', 'toString', 'PING', 'ping '].map(
    (type): Vector => ({
      name: `type ${JSON.stringify(type)}`,
      direction: 'client-to-relay',
      text: `{"type":${JSON.stringify(type)},"id":"p1"}`,
      expect: { status: 'unknown', type },
      requirement: 'R-FRAME-2',
    }),
  ),
  deep(
    '16 levels of objects and arrays',
    `{"type":"ping","x":{"y":${'['.repeat(14)}${']'.repeat(14)}}}`,
    false,
  ),
  deep(
    '17 levels of objects and arrays',
    `{"type":"ping","x":{"y":${'['.repeat(15)}${']'.repeat(15)}}}`,
    true,
  ),
  deep('17 levels of arrays', `{"type":"ping","x":${'['.repeat(16)}${']'.repeat(16)}}`, true),
  deep(
    '17 levels of objects, below ext',
    `{"type":"ping","ext":${'{"a":'.repeat(15)}{}${'}'.repeat(15)}}`,
    true,
  ),
  deep(
    'too deep and of an unknown type',
    `{"type":"unheard_of","x":${'['.repeat(16)}${']'.repeat(16)}}`,
    true,
  ),
  deep('brackets within a string', `{"type":"ping","x":"${'[{'.repeat(40)}"}`, false),
  deep('forty objects side by side', `{"type":"ping","x":[${Array(40).fill('{}').join()}]}`, false),
  {
    ...deep('100000 levels', '', true),
    text: ['{"type":"ping","x":', repeat('[', 100_000), repeat(']', 100_000), '}'],
  },
  legal('blanks around everything', ' { "type" : "ping" ,\n\t"id" : "p1" } ', { type: 'ping', id: 'p1' }),
  legal('escaped letters', '{"\\u0074ype":"p\\u0069ng","id":"\\u0070\\u0031"}', { type: 'ping', id: 'p1' }),
  legal('a member twice: the last one counts', '{"type":"ping","id":1,"id":"p1"}', {
    type: 'ping',
    id: 'p1',
  }),
  legal('a type twice: the last one counts', '{"type":"event","type":"ping"}', { type: 'ping' }),
  {
    ...legal('nulls far within', '{"type":"ping","x-unheard-of":[[{"a":null}],null]}', {
      type: 'ping',
      'x-unheard-of': [[{}], null],
    }),
    requirement: 'R-FRAME-3',
  },
  legal('a number beyond any double in a member from the future', '{"type":"ping","x-unheard-of":1e400}'),
  legal('a member called __proto__', '{"type":"ping","__proto__":{"id":"x y"}}'),
  legal('a member called constructor', '{"type":"ping","constructor":{"prototype":{"id":1}}}'),
  {
    ...legal('a member that only __proto__ has', '{"type":"cancel","__proto__":{"conversation":"alice"}}'),
    expect: { status: 'fault', code: 'invalid', path: '/conversation', keyword: 'required' },
    requirement: 'R-FRAME-5',
  },
  event('a timestamp in exponent notation', '1.79e12', 1_790_000_000_000),
  event('a timestamp with a fraction of zero', '1790000000000.0', 1_790_000_000_000),
  event('a timestamp of minus zero', '-0'),
  event('a timestamp beyond any double', '1e400', 'type'),
  event('a timestamp just off an integer', '0.5', 'type'),
  event('a timestamp with more digits than a double has', '99999999999999999999', 'maximum'),
  content('every ASCII control character', '\\u0000\\u0001\\b\\t\\n\\f\\r\\u001f\\u007f'),
  content('a lone high surrogate', '\\ud83d'),
  content('a lone low surrogate', '\\ude00'),
  content('surrogates the wrong way round', '\\ude00\\ud83d'),
  content('a letter of four bytes, escaped', '\\ud83d\\ude00'),
  content('letters of every width', 'aé€😀'),
  content('line and paragraph separators', '\u2028\u2029'),
  content('markup', '<script>alert(1)</script>'),
];

function malformed(
  rows: readonly (readonly [string, string])[],
  where: { readonly path?: string; readonly keyword?: string } = {},
): Vector[] {
  return rows.map(([name, text]) => ({
    name,
    direction: 'client-to-relay',
    text,
    expect: { status: 'fault', code: 'malformed', ...where },
    requirement: 'R-FRAME-4',
  }));
}

function deep(name: string, text: string, tooDeep: boolean): Vector {
  return {
    name,
    direction: 'client-to-relay',
    text,
    expect: tooDeep ? { status: 'fault', code: 'too_deep' } : { status: 'frame' },
    requirement: 'R-FRAME-7',
  };
}

function legal(name: string, text: string, frame?: unknown): Vector {
  return {
    name,
    direction: 'client-to-relay',
    text,
    expect: { status: 'frame', ...(frame !== undefined && { frame }) },
    requirement: 'R-FRAME-2',
  };
}

function event(name: string, timestamp: string, outcome?: number | string): Vector {
  const frame = { type: 'event', id: 'ev1', content: 'Hello' };
  return {
    name,
    direction: 'client-to-relay',
    text: `${JSON.stringify(frame).slice(0, -1)},"timestamp":${timestamp}}`,
    expect:
      typeof outcome === 'string'
        ? { status: 'fault', code: 'invalid', path: '/timestamp', keyword: outcome, ref: 'ev1' }
        : { status: 'frame', ...(outcome !== undefined && { frame: { ...frame, timestamp: outcome } }) },
    requirement: typeof outcome === 'string' ? 'R-FRAME-5' : 'R-FRAME-10',
  };
}

function content(name: string, escaped: string): Vector {
  return {
    name: `content: ${name}`,
    direction: 'client-to-relay',
    text: `{"type":"event","id":"ev1","content":"${escaped}","timestamp":1790000000000}`,
    expect: { status: 'frame' },
    requirement: 'R-FRAME-10',
  };
}
