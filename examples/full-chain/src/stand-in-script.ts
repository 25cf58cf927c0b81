/** Part of a message. */
interface ContentPart {
  readonly type: string;
  readonly text?: string;
  readonly image_url?: { readonly url: string };
}

/** One message of a chat-completions request, as far as the stand-in reads it. */
export interface ChatMessage {
  readonly role: string;
  readonly content?: string | null | readonly ContentPart[];
}

/** What the stand-in says. `delayMs` is the pause before each token, in milliseconds. */
interface Speech {
  readonly tokens: readonly string[];
  readonly delayMs: number;
  /** What it thinks before it speaks. */
  readonly thoughts?: readonly string[];
  /** In the middle of what it says it waits until it is told by this name to go on. */
  readonly hold?: string;
}

/** What the stand-in does with one request. */
export type Script =
  | ({ readonly kind: 'text' } & Speech)
  /** It speaks before it calls a tool, if it has anything to say. */
  | ({ readonly kind: 'tool'; readonly name: string; readonly json: string } & Speech)
  | { readonly kind: 'fail'; readonly status: number };

/** The pause before each token when the message does not say `DELAY <ms>`: visible to a reader, quick for a test. */
export const DEFAULT_TOKEN_DELAY_MS = 25;

const MAX_COUNT = 100_000;

/**
 * Reads the last thing the person said and decides the reply.
 *
 * The text may hold directives, each in capitals: `SAY:<text>:END` is said literally, `COUNT <n>` counts to n with one
 * token per number, `DELAY <ms>` sets the pause before each token, `TOOL <name> <json>` on a line of its own calls a
 * tool, after what else it is to say, and afterwards tells its result, `THINK:<text>:END` is thought before the first
 * answer, `HOLD <name>` waits in the middle of the first answer until it is told to go on, `FAIL <status>` answers with
 * that HTTP status.
 */
export function planReply(messages: readonly ChatMessage[]): Script {
  const index = messages.findLastIndex((message) => message.role === 'user' && !isHostContext(message));
  const question = lastQuestion(messages);
  const delayMs = Number(/\bDELAY (\d{1,6})\b/.exec(question)?.[1] ?? DEFAULT_TOKEN_DELAY_MS);

  const status = /\bFAIL ([45]\d\d)\b/.exec(question)?.[1];
  if (status) return { kind: 'fail', status: Number(status) };

  const toolResult = messages.slice(index + 1).findLast((message) => message.role === 'tool');
  if (toolResult) return say(toolAnswer(question, textOf(toolResult)), delayMs);

  const tokens = spoken(question);
  const thought = /\bTHINK:([\s\S]*?):END/.exec(question)?.[1];
  const name = /\bHOLD (\w+)/.exec(question)?.[1];
  const more = {
    ...(thought !== undefined && { thoughts: tokenize(thought) }),
    ...(name !== undefined && { hold: name }),
  };
  const tool = /^.*?\bTOOL (\S+) (\{.*\})\s*$/m.exec(question);
  if (tool?.[1] && tool[2])
    return { kind: 'tool', name: tool[1], json: tool[2], tokens: tokens ?? [], delayMs, ...more };
  if (tokens) return { kind: 'text', tokens, delayMs, ...more };
  return { ...say(answer(question), delayMs), ...more };
}

/** What a question asks to be said literally or counted. */
function spoken(question: string): readonly string[] | undefined {
  const literal = /\bSAY:([\s\S]*?):END/.exec(question)?.[1];
  if (literal !== undefined) return tokenize(literal);
  const count = /\bCOUNT (\d{1,6})\b/.exec(question)?.[1];
  if (count === undefined) return undefined;
  return Array.from({ length: Math.min(Number(count), MAX_COUNT) }, (_, i) => `${i ? ' ' : ''}${i + 1}`);
}

/** The last thing the person said, without what the Gateway puts around it, or an empty string. */
export function lastQuestion(messages: readonly ChatMessage[]): string {
  const text = textOf(messages.findLast((message) => message.role === 'user' && !isHostContext(message)));
  return text.replace(/^\[[^\]\n]* UTC\] /, '').replace(/\n\nRuntime: agent=[^\n]*$/, '');
}

/** Cuts a text into pieces about the size of a model's tokens; joined, they are the text again. */
export function tokenize(text: string): string[] {
  return text.match(/\s*(?:\p{Script=Han}{1,2}|[^\s\p{Script=Han}]{1,12})|\s+/gu) ?? [];
}

function say(text: string, delayMs: number): Script {
  return { kind: 'text', tokens: tokenize(text), delayMs };
}

// The Gateway appends its own notes to the model as a user message after the person's.
function isHostContext(message: ChatMessage): boolean {
  return textOf(message).includes('OPENCLAW_INTERNAL_CONTEXT');
}

/** The text of a message, whichever form it comes in. */
export function textOf(message: ChatMessage | undefined): string {
  const content = message?.content;
  if (typeof content === 'string') return content;
  return (content ?? []).map((part) => part.text ?? '').join('\n');
}

/** The addresses of the pictures in a message. */
export function imagesOf({ content }: ChatMessage): string[] {
  return typeof content === 'string' ? [] : (content ?? []).flatMap((part) => part.image_url?.url ?? []);
}

const isChinese = (text: string) => /\p{Script=Han}/u.test(text);

function toolAnswer(question: string, result: string): string {
  const shown = result.slice(0, 500);
  return isChinese(question)
    ? `工具返回了：\n\n\`\`\`\n${shown}\n\`\`\``
    : `The tool returned:\n\n\`\`\`\n${shown}\n\`\`\``;
}

function answer(question: string): string {
  if (isChinese(question)) {
    return `你好！我是**离线替身**，一个替代大模型的小程序，不是真正的模型，所以无法真正理解你的问题。

不过这条消息走完了整条链路：

1. 浏览器 → relay
2. relay → OpenClaw Gateway 里的插件
3. 插件 → agent → 模型接口（现在由我应答）

想和真正的模型聊天，请设置 \`DASHSCOPE_API_KEY\`（通义千问），再运行一次 \`npm start\`。`;
  }
  return `Hello! I am the **offline stand-in**, a small program in the place of a language model, so I cannot really understand your question.

But your message has travelled the whole chain:

1. browser → relay
2. relay → the plugin in the OpenClaw Gateway
3. plugin → agent → model provider (for now, me)

To talk to a real model, set \`OPENAI_BASE_URL\`, \`OPENAI_API_KEY\` and \`MODEL\`, and run \`npm start\` again.`;
}
