import { pathToFileURL } from 'node:url';
import { Linter } from 'eslint';
import { expect, test } from 'vitest';
import { checkoutRoot } from '../../trainer/scripts/prepareCheckout.mjs';
import { textTable } from '../../trainer/src/commands/textTable.ts';

const RULE = 'no-restricted-syntax';
// By its address: its types are not checked.
const { default: config } = (await import(
  pathToFileURL(`${checkoutRoot}/eslint.config.mjs`).href
)) as { default: Linter.Config[] };
const rule = config.map(({ rules }) => rules?.[RULE]).find((one) => Array.isArray(one));

function isRefused(code: string): boolean {
  const [found] = new Linter().verify(code, [{ rules: { [RULE]: rule! } }]);
  return found?.ruleId === RULE;
}

test.each([
  ['Math.max(...sizes)', true],
  ['Math.min(0, ...sizes.map(String))', true],
  ['all.push(...more)', true],
  ['all.push(first, ...[...some, ...others])', true],
  ['String.fromCharCode(...codes)', true],
  ['element.replaceChildren(...nodes)', true],
  ['all.push(...[a, b])', false],
  ['all.push({ ...one })', false],
  ['all.push([...some])', false],
  ['Math.max(a, b)', false],
  ['const all = [...some, ...others]', false],
  ['new Set([...some])', false],
])('%s: a list of any length as arguments is refused: %s', (code, refused) => {
  expect(isRefused(code)).toBe(refused);
});

test.each([
  ["const kinds = ['reasoning', 'action', 'observation', 'other']", true],
  ["z.enum(['error', 'warning', 'info'])", true],
  ["const shown = ['action', 'observation']", false],
])('%s: a list that the vocabulary owns is refused: %s', (code, refused) => {
  expect(isRefused(code)).toBe(refused);
});

test('a table of more rows than a call takes arguments', () => {
  const rows = Array.from({ length: 300_000 }, (_, row) => [String(row), 'x']);
  expect(textTable([['row', ''], ...rows]).split('\n')).toHaveLength(300_001);
});
