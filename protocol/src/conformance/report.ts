import type { Profile, Subject } from '../requirements.ts';
import type { Result, Verdict } from './verdicts.ts';

/** All that a run found. */
export interface Report {
  readonly subject: Subject;
  readonly profile: Profile;
  readonly seed: number;
  readonly ms: number;
  readonly results: readonly Result[];
}

/** How a report is written. */
export type Format = 'text' | 'json' | 'junit';

/** Counts the requirements of each verdict. */
export function count({ results }: Report): Record<Verdict, number> {
  const counts = { pass: 0, fail: 0, 'not applicable': 0, 'not tested': 0 };
  for (const { verdict } of results) counts[verdict]++;
  return counts;
}

/** Whether nothing that was tested failed. */
export const holds = (report: Report): boolean => count(report).fail === 0;

export function write(report: Report, format: Format): string {
  switch (format) {
    case 'text':
      return writeText(report);
    case 'json':
      return `${JSON.stringify({ ...report, counts: count(report) }, null, 2)}\n`;
    case 'junit':
      return writeJunit(report);
  }
}

const marks: Record<Verdict, string> = {
  pass: 'pass',
  fail: 'FAIL',
  'not applicable': 'n/a ',
  'not tested': '–   ',
};

function writeText(report: Report): string {
  const lines: string[] = [];
  for (const { id, profile, text, verdict, evidence } of report.results) {
    lines.push(`${marks[verdict]}  ${id} (${profile}) ${text}`);
    for (const { verdict: own, scenario, reason, expected, came, trace } of evidence) {
      if (own === 'pass' || (own !== verdict && verdict === 'pass')) continue;
      lines.push(`        ${scenario === '' ? '' : `${scenario}: `}${reason ?? ''}`.trimEnd());
      if (expected !== undefined) lines.push(`          expected  ${expected}`);
      if (came !== undefined) lines.push(`          but       ${came}`);
      for (const line of trace ?? []) lines.push(`          | ${line}`);
    }
  }
  const counts = count(report);
  const profile = holds(report) ? 'holds' : 'does not hold';
  lines.push(
    '',
    `The ${report.subject} ${profile} the profile ${report.profile}: ${counts.pass} passed, ${counts.fail} failed, ` +
      `${counts['not applicable']} not applicable, ${counts['not tested']} not tested ` +
      `(${(report.ms / 1000).toFixed(1)} s, --seed ${report.seed})`,
  );
  return `${lines.join('\n')}\n`;
}

function writeJunit(report: Report): string {
  const counts = count(report);
  const skipped = counts['not applicable'] + counts['not tested'];
  const name = attribute(`websocket-channel ${report.subject} ${report.profile}`);
  const cases = report.results.map(({ id, profile, text, verdict, evidence }) => {
    const seconds = evidence.reduce((sum, { ms = 0 }) => sum + ms, 0) / 1000;
    const head = `  <testcase classname="${attribute(profile)}" name="${attribute(`${id} ${text}`)}" time="${seconds}"`;
    if (verdict === 'pass') return `${head}/>`;
    const [first] = evidence.filter((item) => item.verdict === verdict);
    if (verdict !== 'fail') {
      return `${head}>\n    <skipped message="${attribute(`${verdict}: ${first?.reason ?? ''}`)}"/>\n  </testcase>`;
    }
    const bodies = evidence
      .filter((item) => item.verdict === 'fail')
      .map(({ scenario, expected = '', came = '', trace = [] }) =>
        [scenario, `expected ${expected}`, `but ${came}`, ...trace].join('\n'),
      );
    const message = attribute(`expected ${first?.expected}; ${first?.came}`);
    return `${head}>\n    <failure message="${message}">${escapeXml(bodies.join('\n\n'))}</failure>\n  </testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite name="${name}" tests="${report.results.length}" failures="${counts.fail}" skipped="${skipped}" time="${report.ms / 1000}">`,
    ...cases,
    '</testsuite>',
    '',
  ].join('\n');
}

/** XML 1.0 knows no control characters but three. */
const escapeXml = (text: string): string =>
  [...text]
    .filter((character) => character >= ' ' || '\t\n\r'.includes(character))
    .join('')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');

const attribute = (text: string): string => escapeXml(text).replaceAll('"', '&quot;').replaceAll('\n', ' ');
