import { type Action, limits } from '@websocket-channel/protocol';
import type { ButtonTexts } from './button-action.ts';

/** What a button does, as OpenClaw describes it. */
interface PressAction {
  readonly type: string;
  readonly command?: string;
  readonly value?: string;
  readonly url?: string | undefined;
  readonly approvalId?: string;
  readonly decision?: string;
}

interface Choice {
  readonly label: string;
  readonly action?: PressAction | undefined;
  readonly value?: string | undefined;
  readonly url?: string | undefined;
  readonly style?: string | undefined;
  readonly disabled?: boolean | undefined;
}

interface Block {
  readonly type: string;
  readonly text?: string;
  readonly placeholder?: string | undefined;
  readonly buttons?: readonly Choice[];
  readonly options?: readonly Choice[];
  readonly caption?: string;
  readonly headers?: readonly string[];
  readonly rows?: readonly (readonly (string | number)[])[];
}

/** The part of OpenClaw's portable presentation that the channel shows. */
export interface Presentation {
  readonly title?: string | undefined;
  readonly blocks: readonly Block[];
}

/** A presentation as the protocol has it. */
export interface Presented {
  /** Markdown. */
  readonly content: string;
  readonly actions: readonly Action[];
}

/** Turns a presentation into Markdown and buttons. What is more than a reply may hold is written out. */
export function present({ title, blocks }: Presentation, texts: ButtonTexts): Presented {
  const actions: Action[] = [];
  const lines: string[] = title === undefined ? [] : [`**${title}**`];

  function offer({ label, action, value, url, style, disabled }: Choice): void {
    const link = url ?? action?.url;
    if (link !== undefined) return void lines.push(`[${label.replace(/[[\]]/g, '')}](<${link}>)`);
    const text = saidBy(action) ?? value;
    if (text === undefined || disabled === true) return void lines.push(`- ${label}`);
    if (actions.length >= limits.actions) return void lines.push(`- ${label}: \`${text}\``);
    actions.push({
      id: texts.idOf(text),
      label: nameOf(label),
      ...((style === 'primary' || style === 'danger') && { style }),
      ...(style === 'success' && { style: 'primary' }),
    });
  }

  for (const block of blocks) {
    switch (block.type) {
      case 'divider':
        lines.push('---');
        break;
      case 'buttons':
        for (const button of block.buttons ?? []) offer(button);
        break;
      case 'select':
        if (block.placeholder !== undefined) lines.push(block.placeholder);
        for (const option of block.options ?? []) offer(option);
        break;
      case 'table':
        lines.push(tableOf(block));
        break;
      default:
        if (block.text !== undefined) lines.push(block.text);
    }
  }
  return { content: lines.join('\n\n'), actions };
}

function saidBy(action: PressAction | undefined): string | undefined {
  switch (action?.type) {
    case 'command':
      return action.command;
    case 'approval':
      return `/approve ${action.approvalId} ${action.decision}`;
    default:
      return action?.value;
  }
}

const nameOf = (label: string): string =>
  [...label.replace(/\p{Cc}+/gu, ' ').trim()].slice(0, limits.nameLength).join('') || '…';

function tableOf({ caption, headers = [], rows = [] }: Block): string {
  const row = (cells: readonly (string | number)[]): string =>
    `| ${cells.map((cell) => String(cell).replace(/\|/g, '\\|').replace(/\n/g, ' ')).join(' | ')} |`;
  const table = [row(headers), row(headers.map(() => '---')), ...rows.map(row)].join('\n');
  return caption === undefined ? table : `**${caption}**\n\n${table}`;
}
