import { describe, expect, it } from 'vitest';
import { createButtonTexts } from '../src/button-action.ts';
import { answerOf, renderPresentation } from '../src/host/answer.ts';
import { present } from '../src/presentation.ts';

const buttons = (...list: readonly object[]) => ({ blocks: [{ type: 'buttons', buttons: list as never }] });

describe('a button', () => {
  it.each([
    '/status',
    'Ja, gerne 🎉',
    '/approve 0b9c8f5e-6a7d-4a5b-8f1e-0123456789ab allow-once',
    'x'.repeat(500),
  ])('says %j when it is pressed, with an id that the protocol allows', (text) => {
    const texts = createButtonTexts();
    const id = texts.idOf(text);
    expect(id).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    expect(texts.textOf(id)).toBe(text);
  });

  it('is known after a restart where its text fits into its id: 47 bytes, and not 48', () => {
    const later = createButtonTexts();
    expect(later.textOf(createButtonTexts().idOf('x'.repeat(47)))).toBe('x'.repeat(47));
    expect(later.textOf(createButtonTexts().idOf('x'.repeat(48)))).toBeUndefined();
    expect(later.textOf('t')).toBeUndefined();
    expect(later.textOf('nonsense')).toBeUndefined();
  });

  it('is forgotten after a thousand others', () => {
    const texts = createButtonTexts();
    const long = (number: number) => `${'x'.repeat(60)}${number}`;
    const ids = Array.from({ length: 1001 }, (_, number) => texts.idOf(long(number)));
    expect(texts.textOf(ids[0]!)).toBeUndefined();
    expect(texts.textOf(ids[1]!)).toBe(long(1));
    expect(texts.textOf(ids[1000]!)).toBe(long(1000));
  });
});

describe('a presentation', () => {
  it('becomes Markdown and buttons', () => {
    const texts = createButtonTexts();
    const { content, actions } = present(
      {
        title: 'Deploy?',
        blocks: [
          { type: 'text', text: 'Version 2' },
          { type: 'divider' },
          { type: 'table', caption: 'Load', headers: ['host', 'cpu'], rows: [['a|b', 3]] },
          {
            type: 'buttons',
            buttons: [
              { label: 'Go', action: { type: 'command', command: '/deploy' }, style: 'success' },
              { label: 'No', action: { type: 'callback', value: 'no' }, style: 'danger' },
              { label: 'Notes [1]', action: { type: 'url', url: 'https://example.com/' } },
              { label: 'Later', value: 'later', disabled: true },
            ],
          },
          { type: 'select', placeholder: 'Where?', options: [{ label: 'Here', value: 'here' }] },
        ],
      },
      texts,
    );
    expect(content.split('\n\n')).toEqual([
      '**Deploy?**',
      'Version 2',
      '---',
      '**Load**',
      '| host | cpu |\n| --- | --- |\n| a\\|b | 3 |',
      '[Notes 1](<https://example.com/>)',
      '- Later',
      'Where?',
    ]);
    expect(actions.map(({ id, label, style }) => [texts.textOf(id), label, style])).toEqual([
      ['/deploy', 'Go', 'primary'],
      ['no', 'No', 'danger'],
      ['here', 'Here', undefined],
    ]);
  });

  it('has sixteen buttons at most; what is more is written out', () => {
    const many = Array.from({ length: 17 }, (_, number) => ({ label: `L${number}`, value: `v${number}` }));
    expect(present(buttons(...many.slice(0, 16)), createButtonTexts()).content).toBe('');
    const { content, actions } = present(buttons(...many), createButtonTexts());
    expect([actions.length, content]).toEqual([16, '- L16: `v16`']);
  });

  it('names buttons as the protocol allows', () => {
    const { actions } = present(
      buttons(
        { label: 'two\nlines', value: 'a' },
        { label: '\n', value: 'b' },
        { label: 'x'.repeat(129), value: 'c' },
      ),
      createButtonTexts(),
    );
    expect(actions.map(({ label }) => label)).toEqual(['two lines', '…', 'x'.repeat(128)]);
  });

  it('replaces a text that says the same', () => {
    const presentation = { blocks: [{ type: 'text', text: 'native' }] };
    const payload = { text: 'plain', presentation };
    expect(answerOf(payload, 'final')?.content).toBe('plain\n\nnative');
    expect(answerOf({ ...payload, presentationTextMode: 'fallback' }, 'final')?.content).toBe('native');
  });
});

describe('a presentation on its way through OpenClaw', () => {
  it('is taken out of the payload, so that it is not written out as text, and read again', () => {
    const rendered = renderPresentation({
      payload: { text: 'Choose', channelData: { other: 1 } },
      presentation: buttons({ label: 'Status', action: { type: 'command', command: '/status' } }),
    });
    expect(rendered).not.toHaveProperty('presentation');
    expect(rendered.channelData).toHaveProperty('other', 1);
    expect(answerOf(rendered, 'final')).toMatchObject({ content: 'Choose', actions: [{ label: 'Status' }] });
  });
});

describe('the card of an approval', () => {
  const card = (state: string) =>
    answerOf({ text: state, channelData: { execApproval: { approvalId: 'a1', state } } }, 'final');

  it('is rewritten when it is decided, and loses its buttons', () => {
    const { id } = card('pending')!;
    expect(id).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(card('resolved')).toMatchObject({ edits: id, actions: [], content: 'resolved' });
  });

  it.each(['Exec', 'Plugin'])('is rewritten when its time is over, of which OpenClaw writes: %s', (kind) => {
    const text = `⏱️ ${kind} approval expired. ID: a1`;
    expect(answerOf({ text }, 'final')).toMatchObject({
      edits: card('pending')!.id,
      actions: [],
      content: text,
    });
    for (const other of [`${text} and more`, `He said: ${text}`, text.replace('a1', '')]) {
      expect(answerOf({ text: other }, 'final')).not.toHaveProperty('edits');
    }
  });
});
