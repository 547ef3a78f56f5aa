import type { Random } from './random.ts';

const EXPRESSIONS = [
  ...[
    'messages',
    'messages[0]',
    'range(1000000000)',
    'range(99999)',
    '"x" * 1000000000',
    '[1] * 9',
  ],
  ...['messages[0].content', '(messages|list)', 'messages|tojson', '"a,b".split("")', '{}.items()'],
  ...[
    'messages.__proto__',
    'messages.constructor("return 1")()',
    'namespace(x=1)',
    'undefined_name.x',
  ],
  ...['1 / 0', '-1 ** 0.5', 'messages|length', '"x" ~ messages', 'cycler', 'raise_exception("no")'],
];

const BLOCKS: readonly ((inner: string, value: string) => string)[] = [
  (inner, value) => `{% for i in ${value} %}${inner}{% endfor %}`,
  (inner, value) => `{% set ns = namespace(x=${value}) %}${inner}{% set ns.x = ns.x + ns.x %}`,
  (inner, value) =>
    `{% set x = ${value} %}{% for i in range(60) %}{% set x = x + x %}${inner}{% endfor %}`,
  (inner, value) => `{% macro m(n) %}{{ m(n) }}${inner}{% endmacro %}{{ m(${value}) }}`,
  (inner, value) => `{% if ${value} %}${inner}{% else %}{{ ${value} }}{% endif %}`,
  (inner, value) => `{{ ${value} }}${inner}`,
  (inner) => `{% for i in range(9999) %}{% for j in range(9999) %}${inner}{% endfor %}{% endfor %}`,
  (inner) => `${inner}{% if`,
  (inner) => `{{ ${'('.repeat(5000)}1${')'.repeat(5000)} }}${inner}`,
];

/** Loops, growth, recursion and what is no template, inside each other. */
export function hostileTemplate(random: Random): string {
  let text = '{{ messages[0].content }}';
  for (let depth = 1 + random.below(4); depth > 0; depth -= 1)
    text = random.pick(BLOCKS)(text, random.pick(EXPRESSIONS));
  return text;
}
