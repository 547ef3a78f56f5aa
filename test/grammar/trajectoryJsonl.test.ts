import { beforeAll, expect, test } from 'vitest';
import type { IGrammar } from 'vscode-textmate';
import { loadGrammar, tokens } from './tokenize.ts';

let grammar: IGrammar;
beforeAll(async () => {
  grammar = await loadGrammar('trajectory-jsonl.tmLanguage.json');
});

test('keys, roles, strings with escapes, numbers', () => {
  expect(tokens(grammar, '{"role": "user", "content": "a\\n\\q", "n": [1.5e3, null]}'))
    .toMatchInlineSnapshot(`
    "
    {  meta.structure.dictionary.jsonl punctuation.definition.dictionary.begin.jsonl
    "role"  meta.structure.dictionary.jsonl support.type.property-name.role.jsonl
    :  meta.structure.dictionary.jsonl punctuation.separator.jsonl
    "user"  meta.structure.dictionary.jsonl keyword.control.role.jsonl
    ,  meta.structure.dictionary.jsonl punctuation.separator.jsonl
    "content"  meta.structure.dictionary.jsonl support.type.property-name.jsonl
    :  meta.structure.dictionary.jsonl punctuation.separator.jsonl
    "  meta.structure.dictionary.jsonl string.quoted.double.jsonl punctuation.definition.string.begin.jsonl
    a  meta.structure.dictionary.jsonl string.quoted.double.jsonl
    \\n  meta.structure.dictionary.jsonl string.quoted.double.jsonl constant.character.escape.jsonl
    \\q  meta.structure.dictionary.jsonl string.quoted.double.jsonl invalid.illegal.escape.jsonl
    "  meta.structure.dictionary.jsonl string.quoted.double.jsonl punctuation.definition.string.end.jsonl
    ,  meta.structure.dictionary.jsonl punctuation.separator.jsonl
    "n"  meta.structure.dictionary.jsonl support.type.property-name.jsonl
    :  meta.structure.dictionary.jsonl punctuation.separator.jsonl
    [  meta.structure.dictionary.jsonl meta.structure.array.jsonl punctuation.definition.array.begin.jsonl
    1.5e3  meta.structure.dictionary.jsonl meta.structure.array.jsonl constant.numeric.jsonl
    ,  meta.structure.dictionary.jsonl meta.structure.array.jsonl punctuation.separator.jsonl
    null  meta.structure.dictionary.jsonl meta.structure.array.jsonl constant.language.jsonl
    ]  meta.structure.dictionary.jsonl meta.structure.array.jsonl punctuation.definition.array.end.jsonl
    }  meta.structure.dictionary.jsonl punctuation.definition.dictionary.end.jsonl
    "
  `);
});

test('a broken line does not spoil the next one', () => {
  const second = tokens(grammar, '{"a": "b').length;
  const both = tokens(grammar, '{"a": "b\n{"role": "tool"}');
  expect(both.slice(second - 1)).toBe(tokens(grammar, '{"role": "tool"}'));
});
