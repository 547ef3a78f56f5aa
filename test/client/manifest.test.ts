import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SPAN_KINDS } from '@deepcoder/vocabulary';
import { manifestFiles } from '../../client/scripts/syncManifest.mjs';
import { COMMANDS } from '../../client/src/manifest/commands.ts';
import { KIND_LOOKS, MODIFIERS } from '../../client/src/manifest/languages.ts';
import { manifest } from '../../client/src/manifest/manifest.ts';
import { KEYS, MENUS } from '../../client/src/manifest/menus.ts';

describe('the manifest', () => {
  test('package.json is what its sources say; "npm run sync" writes it', async () => {
    const files = await manifestFiles();
    for (const [name, text] of Object.entries(files)) expect(readFileSync(name, 'utf8')).toBe(text);
  });

  test('menus and keys name commands that there are', () => {
    const named = [...Object.values(MENUS).flat(), ...KEYS].map(({ command }) => command);
    expect(named.filter((command) => !(command in COMMANDS))).toEqual([]);
  });

  test('every span kind has a look', () => {
    expect(Object.keys(KIND_LOOKS).sort()).toEqual([...SPAN_KINDS].sort());
    expect(Object.keys(MODIFIERS)).toEqual(['label', 'supervised', 'masked', 'truncated']);
  });

  test('every text that is referred to is there, and no other', () => {
    const { fields, texts } = manifest();
    const referred = [...JSON.stringify(fields).matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key!);
    expect([...new Set(referred)].sort()).toEqual(Object.keys(texts).sort());
  });

  test('every file that is named is there', () => {
    const { fields } = manifest();
    const named = [...JSON.stringify(fields).matchAll(/"(?:\.\/)?((?:media|syntaxes)\/[^"]+)"/g)];
    const files = named.map(([, file]) => file!);
    expect(files.length).toBeGreaterThan(5);
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
  });
});
