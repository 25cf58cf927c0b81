import createDOMPurify from 'dompurify';
import MarkdownIt, { type Env } from 'markdown-it';

/** Words that appear in rendered Markdown. */
export interface MarkdownLabels {
  readonly code: string;
  readonly copy: string;
  readonly image: string;
}

interface RenderEnv extends Env {
  readonly labels: MarkdownLabels;
}

const ALLOWED_TAGS =
  'a b blockquote br button code div em h1 h2 h3 h4 h5 h6 hr li ol p pre s span strong table tbody td th thead tr ul'.split(
    ' ',
  );
const ALLOWED_ATTR = ['class', 'data-copy', 'href', 'rel', 'start', 'tabindex', 'target', 'title', 'type'];
const CACHED_BLOCKS = 1000;

const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true });
const { escapeHtml } = markdown.utils;

markdown.renderer.rules.fence = (tokens, index, _options, env) => {
  const token = tokens[index];
  return codeBlock(token?.content ?? '', token?.info.trim().split(/\s+/)[0] ?? '', labelsOf(env));
};
markdown.renderer.rules.code_block = (tokens, index, _options, env) =>
  codeBlock(tokens[index]?.content ?? '', '', labelsOf(env));
// An image that loads by itself tells its server that, and what, somebody reads; a link waits for the reader's decision.
markdown.renderer.rules.image = (tokens, index, _options, env) => {
  const token = tokens[index];
  const name = token?.content || labelsOf(env).image;
  return `<a class="image-link" href="${escapeHtml(String(token?.attrGet('src') ?? ''))}">${escapeHtml(name)}</a>`;
};
markdown.renderer.rules.table_open = () => '<div class="table" tabindex="0"><table>';
markdown.renderer.rules.table_close = () => '</table></div>';
for (const cell of ['th_open', 'td_open'] as const) {
  // markdown-it aligns cells with inline styles, which the page's content security policy forbids.
  markdown.renderer.rules[cell] = (tokens, index) => {
    const side = /text-align:(left|center|right)/.exec(String(tokens[index]?.attrGet('style') ?? ''))?.[1];
    return `<${cell.slice(0, 2)}${side ? ` class="align-${side}"` : ''}>`;
  };
}

// Every rendering below passes its labels.
const labelsOf = (env: Env | undefined) => (env as RenderEnv).labels;

function codeBlock(code: string, language: string, labels: MarkdownLabels): string {
  const name = escapeHtml(language || labels.code);
  const copy = `<button type="button" class="copy-code" data-copy="">${escapeHtml(labels.copy)}</button>`;
  return `<div class="code-block"><div class="code-head"><span>${name}</span>${copy}</div><pre tabindex="0"><code>${escapeHtml(code)}</code></pre></div>`;
}

const purifier = createDOMPurify(window);
purifier.addHook('afterSanitizeAttributes', (node) => {
  if (node.nodeName !== 'A') return;
  node.setAttribute('target', '_blank');
  node.setAttribute('rel', 'noopener noreferrer');
});

const sanitized = new Map<string, string>();

/**
 * Renders Markdown as sanitised HTML, one string for each top-level block. While a text grows, the blocks before the
 * last stay the same strings: a view that keeps one element per block leaves their elements, selection and scroll
 * position alone.
 */
export function renderMarkdown(text: string, labels: MarkdownLabels): string[] {
  const env: RenderEnv = { labels };
  const tokens = markdown.parse(text, env);
  const blocks: string[] = [];
  let first = 0;
  let depth = 0;
  tokens.forEach(({ nesting }, index) => {
    depth += nesting;
    if (depth > 0) return;
    const html = markdown.renderer.render(tokens.slice(first, index + 1), markdown.options, env);
    blocks.push(sanitize(html));
    first = index + 1;
  });
  return blocks;
}

/** The words of a Markdown text without its marks, for a reader who listens. */
export function markdownToText(text: string): string {
  const html = sanitize(markdown.render(text, { labels: { code: '', copy: '', image: '' } }));
  return new DOMParser().parseFromString(html, 'text/html').body.textContent.replace(/\s+/g, ' ').trim();
}

function sanitize(html: string): string {
  const known = sanitized.get(html);
  if (known !== undefined) return known;
  const clean = purifier.sanitize(html, { ALLOWED_TAGS, ALLOWED_ATTR, ALLOW_DATA_ATTR: false });
  // A streamed block is sanitised once per frame and never asked for again: the oldest strings go first.
  if (sanitized.size >= CACHED_BLOCKS) {
    const oldest = sanitized.keys().next();
    if (!oldest.done) sanitized.delete(oldest.value);
  }
  sanitized.set(html, clean);
  return clean;
}
