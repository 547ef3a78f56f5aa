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
  const linear = (value: number) =>
    value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  return 0.2126 * linear(colour[0]!) + 0.7152 * linear(colour[1]!) + 0.0722 * linear(colour[2]!);
}
