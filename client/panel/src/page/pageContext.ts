import type { Run } from '../run.ts';
import type { ChartData } from './chartData.ts';
import type { Theme } from './theme.ts';
import type { ThinLines } from './thinLines.ts';
import type { View } from './view.ts';

/** Keeps a file that the page has made. */
export type SaveFile = (name: string, content: Blob) => void;

/** What all charts of a page share. */
export interface PageContext {
  runs: readonly Run[];
  data: ChartData;
  view: View;
  thinLines: ThinLines;
  theme: Theme;
  /** Says a sentence to a screen reader. */
  announce: (text: string) => void;
  save: SaveFile;
}
