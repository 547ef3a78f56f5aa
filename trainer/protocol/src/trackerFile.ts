import { z } from 'zod';

/** How far a tracker has a run: `trackers/NAME.json` of its folder. No key is ever in it. */
const trackerFileSchema = z.object({
  /** For people: `MLflow`. */
  label: z.string().min(1),
  /** The run in the tracker; null where it is not known yet. */
  url: z.string().nullable(),
  /** The tracker's id of the run; null: it has none yet. */
  runId: z.string().nullable(),
  /** The last step that it has, by the phase of the metrics (`train`, `eval`, `play`). */
  sent: z.record(z.string(), z.int()),
});

export type TrackerFile = z.output<typeof trackerFileSchema>;

/** Null for a text that is none. */
export function parseTrackerFile(text: string): TrackerFile | null {
  try {
    return trackerFileSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

export function formatTrackerFile(file: TrackerFile): string {
  return `${JSON.stringify(file, null, 2)}\n`;
}
