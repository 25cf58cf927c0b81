import { expect, it } from 'vitest';
import { markdownToText, renderMarkdown } from '../src/markdown.ts';

const labels = { code: 'code', copy: 'Copy', image: 'Image' };

function render(markdown: string): HTMLElement {
  const view = document.createElement('div');
  view.innerHTML = renderMarkdown(markdown, labels).join('');
  return view;
}

/** Whatever could run a script, load something by itself or leave the message's place. */
function dangersIn(view: HTMLElement): string[] {
  return [...view.querySelectorAll('*')].flatMap((element) => {
    const name = element.localName;
    const forbidden = 'script style iframe object embed svg math img form input base link meta'.split(' ');
    return [
      ...(forbidden.includes(name) ? [name] : []),
      ...[...element.attributes]
        .filter(
          ({ name: attribute, value }) =>
            /^on|^style$|^srcdoc$|^id$/.test(attribute) || /^\W*(javascript|data|vbscript):/i.test(value),
        )
        .map((attribute) => `${name} ${attribute.name}=${attribute.value}`),
    ];
  });
}

it.each([
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg><style><img src=x onerror=alert(1)></style></svg>',
  '[click](javascript:alert(1))',
  '[click](java&#x0a;script:alert(1))',
  '[click](&#106;avascript:alert(1))',
  '[click](vbscript:msgbox(1))',
  '[click](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)',
  '![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)',
  '![x](https://tracker.example.com/read.png)',
  '![" onerror="alert(1)](x"onerror="alert(1))',
  '<javascript:alert(1)>',
  '[x](<https://example.com/"onmouseover="alert(1)>)',
  '[x](https://example.com "\\" onmouseover=alert(1) \\"")',
  '```"><img src=x onerror=alert(1)>\n<img src=x onerror=alert(1)>\n```',
  '```\n</code></pre><script>alert(1)</script>\n```',
  '| a |\n|:-:|\n| <b style="position:fixed">x</b> |',
  '<a id="app" href="#">x</a>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
])('renders %j without anything that runs or loads', (markdown) => {
  expect(dangersIn(render(markdown))).toEqual([]);
});

it('opens links in a page of their own that cannot reach this one', () => {
  const links = render('[one](https://example.com) and https://example.org').querySelectorAll('a');
  expect([...links].map(({ href }) => href)).toEqual(['https://example.com/', 'https://example.org/']);
  for (const { target, rel } of links) {
    expect(target).toBe('_blank');
    expect(rel).toContain('noopener');
  }
});

it('shows an image as a link, since loading it would tell its server who reads', () => {
  const link = render('![A cat](https://example.com/cat.png)').querySelector('a.image-link');
  expect(link?.textContent).toBe('A cat');
  expect(link?.getAttribute('href')).toBe('https://example.com/cat.png');
});

it('gives code its language, a copy button and exactly its text', () => {
  const block = render('```html\n<b>&amp;</b>\n```').querySelector('.code-block');
  expect(block?.querySelector('span')?.textContent).toBe('html');
  expect(block?.querySelector('button[data-copy]')?.textContent).toBe('Copy');
  expect(block?.querySelector('code')?.textContent).toBe('<b>&amp;</b>\n');
});

it('aligns table cells without inline styles', () => {
  const view = render('| a | b |\n|:-:|--:|\n| 1 | 2 |');
  expect([...view.querySelectorAll('td')].map(({ className }) => className)).toEqual([
    'align-center',
    'align-right',
  ]);
  expect(view.querySelector('[style]')).toBeNull();
});

it('keeps the blocks before the last while a text grows', () => {
  const whole =
    '# Title\n\nFirst *paragraph*\n\n- a\n- b\n\n```js\ncode\n```\n\nLast [link](https://example.com)';
  const titles = new Set<string | undefined>();
  for (let length = '# Title\n\n'.length; length <= whole.length; length++) {
    titles.add(renderMarkdown(whole.slice(0, length), labels)[0]);
  }
  expect([...titles]).toEqual(['<h1>Title</h1>\n']);
  expect(renderMarkdown(whole, labels)).toHaveLength(5);
});

it('gives a listener the words without their marks', () => {
  expect(markdownToText('## Hello\n\n- **one** `two`\n- [three](https://example.com)')).toBe(
    'Hello one two three',
  );
});
