import type { CodedScenario } from '../scenario.ts';
import { NotTested, Unmet } from '../unmet.ts';
import type { RelayStage } from './stage.ts';

/** More than this is not sent, only announced. */
const patientBytes = 64 * 1024 * 1024;

const piece = new TextEncoder().encode('0123456789abcde\n'.repeat(4096));

/** A text of one byte more than these, in pieces. */
function* moreThan(bytes: number): Iterable<Uint8Array> {
  for (let left = bytes + 1; left > 0; left -= piece.length) yield piece.subarray(0, left);
}

const asText = (stage: RelayStage) => ({
  method: 'POST',
  query: { conversation: stage.conversation, name: 'numbers.txt' },
});

export const fileScenarios: readonly CodedScenario<RelayStage>[] = [
  {
    title: 'refuses a file that is too large, whether it says so or not',
    requirement: 'R-FILE-5',
    async run(stage) {
      await stage.open('alice');
      const { files } = stage;
      const limit = files?.maxBytes ?? 0;
      const tooLarge = { status: 413, json: { type: 'error', code: 'too_large', details: { limit } } };
      const headers = { 'content-type': 'text/plain' };
      const announced = { ...headers, 'content-length': String(limit + 1) };
      await stage.answers({ ...asText(stage), headers: announced, body: moreThan(limit) }, tooLarge);
      if (limit > patientBytes) {
        throw new NotTested(`more than ${patientBytes} bytes are not sent to see whether they are counted`);
      }
      await stage.answers({ ...asText(stage), headers, body: moreThan(limit) }, tooLarge);
    },
  },
  {
    title: 'hands a page out as a download that no browser runs',
    requirement: 'R-FILE-7',
    async run(stage) {
      await stage.open('alice');
      const body = '<!doctype html><script>alert(1)</script>';
      const headers = { 'content-type': 'text/html' };
      const taken = await stage.answers(
        { ...asText(stage), headers, body },
        { status: 201, json: { url: '{?url}' } },
      );
      const page = await stage.answers(
        { url: String(taken.get('url')) },
        { status: 200, text: body, headers: '{?headers}' },
      );
      const came = page.get('headers') as Readonly<Record<string, string>>;
      for (const [name, wanted] of [
        ['content-type', /^text\/html\b/],
        ['x-content-type-options', /^nosniff$/],
        ['content-disposition', /^attachment\b/],
        ['content-security-policy', /(?:^|;)\s*sandbox\b/],
      ] as const) {
        const value = came[name] ?? '';
        if (!wanted.test(value))
          throw new Unmet(`\`${name}\` like ${wanted}`, `came ${JSON.stringify(came)}`, []);
      }
    },
  },
];
