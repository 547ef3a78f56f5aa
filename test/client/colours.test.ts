import { readFileSync } from 'node:fs';
import { SPAN_KINDS } from '@deepcoder/vocabulary';
import { expect, test } from 'vitest';
import { COLOURS } from '../../client/src/manifest/colours.ts';

/** Ground and text of VS Code's own themes, and the contrast that is wanted on them. */
const THEMES = {
  dark: { ground: '#1f1f1f', text: '#cccccc', least: 4.5 },
  light: { ground: '#ffffff', text: '#3b3b3b', least: 4.5 },
  highContrast: { ground: '#000000', text: '#ffffff', least: 7 },
  highContrastLight: { ground: '#ffffff', text: '#292929', least: 7 },
} as const;

const heats = Object.keys(COLOURS).filter((name) => name.startsWith('deepcoder.heat'));

test.each(Object.keys(THEMES) as (keyof typeof THEMES)[])(
  'text is read on the heat of a loss: %s',
  (theme) => {
    const { ground, text, least } = THEMES[theme];
    expect(heats).toHaveLength(5);
    for (const name of heats) {
      const heat = over(channels(COLOURS[name]!.defaults[theme]), channels(ground));
      expect(contrast(heat, channels(text)), name).toBeGreaterThanOrEqual(least);
    }
  },
);

test.each(Object.keys(THEMES) as (keyof typeof THEMES)[])(
  'every kind is read in its colour: %s',
  (theme) => {
    const { ground, least } = THEMES[theme];
    for (const kind of SPAN_KINDS) {
      const { defaults } = COLOURS[`deepcoder.${kind}`]!;
      const ratio = contrast(channels(defaults[theme]), channels(ground));
      expect(ratio, kind).toBeGreaterThanOrEqual(least);
    }
  },
);

const sheet = readFileSync(
  new URL('../../client/panel/src/page/theme.css', import.meta.url),
  'utf8',
);

/** `--name: light-dark(#..., #...)`, also inside of `var()`. */
function sheetColours(name: string): { light: string; dark: string } {
  const found = new RegExp(`--${name}: .*light-dark\\((#\\w+), (#\\w+)\\)`).exec(sheet);
  return { light: found![1]!, dark: found![2]! };
}

test.each(['dark', 'light'] as const)(
  'charts have the colours of the text, and runs others: %s',
  (theme) => {
    const kinds = ['reasoning', 'action', 'observation', 'answer'].map((kind) => {
      const inCharts = sheetColours(`kind-${kind}`)[theme];
      expect(inCharts, kind).toBe(COLOURS[`deepcoder.${kind}`]!.defaults[theme]);
      return inCharts;
    });
    for (let run = 0; run < 8; run++) {
      const colour = sheetColours(`run-${run}`)[theme];
      // WCAG 2.2, 1.4.11: what is drawn.
      const ratio = contrast(channels(colour), channels(THEMES[theme].ground));
      expect(ratio, colour).toBeGreaterThanOrEqual(3);
      for (const kind of kinds)
        expect(difference(colour, kind), `${colour} ${kind}`).toBeGreaterThan(20);
    }
  },
);

/** CIE 1976 colour difference; some 2 can just be seen. */
function difference(a: string, b: string): number {
  const [one, two] = [lab(channels(a)), lab(channels(b))];
  return Math.hypot(...one.map((value, i) => value - two[i]!));
}

/** CIELAB of sRGB, D65. */
function lab(colour: number[]): number[] {
  const [r = 0, g = 0, b = 0] = colour.slice(0, 3).map(linear);
  const ratio = (x: number): number => (x > 216 / 24389 ? Math.cbrt(x) : (841 / 108) * x + 4 / 29);
  const x = ratio((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = ratio(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = ratio((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** Red, green, blue and opacity from 0 to 1. */
function channels(hex: string): number[] {
  const bytes = [...Buffer.from(hex.slice(1), 'hex')];
  return [...bytes, ...(bytes.length === 3 ? [255] : [])].map((byte) => byte / 255);
}

function over(top: number[], ground: number[]): number[] {
  const opacity = top[3]!;
  return [0, 1, 2].map((i) => opacity * top[i]! + (1 - opacity) * ground[i]!);
}

/** WCAG 2.2, contrast ratio. */
function contrast(a: number[], b: number[]): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

function luminance(colour: number[]): number {
  return 0.2126 * linear(colour[0]!) + 0.7152 * linear(colour[1]!) + 0.0722 * linear(colour[2]!);
}

/** Of sRGB's own curve. */
function linear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}
