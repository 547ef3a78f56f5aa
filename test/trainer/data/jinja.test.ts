import { Template } from '@huggingface/jinja';
import { expect, test } from 'vitest';
import { JINJA_LIMITS, jinjaTemplate } from '../../../trainer/src/data/render/jinja.ts';
import { HEADERS, PLAIN, REWRITING } from './chatTemplates.ts';

const MESSAGES = [
  { role: 'user', content: 'Where is it?' },
  { role: 'assistant', content: 'There.', reasoning_content: 'I look.' },
];

test.each([
  ['messages', PLAIN],
  ['namespaces and loops', REWRITING],
  ['globals', HEADERS],
  ['ranges', '{% for i in range(2, 11, 3) %}{{ i }},{% endfor %}{{ range(3) | length }}'],
  ['ranges downwards', '{% for i in range(5, 0, -2) %}{{ i }},{% endfor %}'],
  ['constants', '{{ none is none }} {{ True and not False }} {{ None is none }}'],
])('renders as the interpreter itself: %s', (_, source) => {
  const variables = { messages: MESSAGES, bos_token: '<s>', add_generation_prompt: true };
  expect(jinjaTemplate(source)(variables)).toBe(new Template(source).render(variables));
});

test('says what the template says', () => {
  const template = jinjaTemplate("{{ raise_exception('roles must alternate') }}");
  expect(() => template({})).toThrow('roles must alternate');
});

test.each([
  ['a range', '{% for i in range(1000000000) %}{% endfor %}', /counts to 1000000000/],
  [
    'loops in loops',
    '{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}',
    /does not end within 0.2 s/,
  ],
  [
    'a macro that calls itself twice',
    '{% macro f(n) %}{% if n > 0 %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}',
    /does not end within 0.2 s/,
  ],
  [
    'a text that doubles',
    "{% set ns = namespace(s='aa') %}{% for i in range(60) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
    /a text of more than 10000 characters/,
  ],
  [
    'a list that doubles',
    '{% set ns = namespace(s=[1, 2]) %}{% for i in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}',
    /a list of more than 100000 items/,
  ],
])('ends %s, once and for all', (_, source, message) => {
  const template = jinjaTemplate(source, {
    ...JINJA_LIMITS,
    timeMs: 200,
    characters: 10_000,
    items: 100_000,
  });
  expect(() => template({})).toThrow(message);
  const began = performance.now();
  expect(() => template({})).toThrow(message);
  expect(performance.now() - began).toBeLessThan(100);
});
