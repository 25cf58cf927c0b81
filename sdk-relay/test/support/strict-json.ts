/**
 * Parses JSON as the strictest of readers: a name that is repeated in one object is an error, since some readers take
 * the first value and some the last.
 */
export function parseStrictly(text: string): unknown {
  let at = 0;

  function space(): void {
    while (' \t\n\r'.includes(text[at] ?? '?')) at++;
  }

  function expectToken(token: string): void {
    space();
    if (!text.startsWith(token, at)) throw new SyntaxError(`${token} expected at ${at}`);
    at += token.length;
  }

  const isNext = (token: string): boolean => {
    space();
    return text.startsWith(token, at);
  };

  function scalar(): unknown {
    space();
    const match = /"(?:[^"\\]|\\.)*"|[-+.\w]+/y;
    match.lastIndex = at;
    const [token] = match.exec(text) ?? [];
    if (token === undefined) throw new SyntaxError(`value expected at ${at}`);
    at += token.length;
    return JSON.parse(token);
  }

  function list(open: string, close: string, item: () => void): void {
    expectToken(open);
    if (!isNext(close)) {
      item();
      while (isNext(',')) {
        at++;
        item();
      }
    }
    expectToken(close);
  }

  function value(): unknown {
    if (isNext('{')) {
      const members = new Map<string, unknown>();
      list('{', '}', () => {
        const name = String(scalar());
        if (members.has(name)) throw new SyntaxError(`${name} is repeated`);
        expectToken(':');
        members.set(name, value());
      });
      return Object.fromEntries(members);
    }
    if (isNext('[')) {
      const items: unknown[] = [];
      list('[', ']', () => items.push(value()));
      return items;
    }
    return scalar();
  }

  const parsed = value();
  space();
  if (at < text.length) throw new SyntaxError(`end expected at ${at}`);
  return parsed;
}
