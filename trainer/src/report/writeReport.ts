import path from 'node:path';
import { atomicWrite } from '../disk/atomicWrite.ts';
import { pageAssets } from './pageAssets.ts';
import { readReportRun } from './readReportRun.ts';
import { reportHtml, type PageAssets } from './reportHtml.ts';

export interface ReportOptions {
  /** Folders of runs to lay over this one. */
  others?: readonly string[];
  /** Where to write; default `report.html` in the run's folder. */
  file?: string;
  /** The page, when not the built one. */
  assets?: PageAssets;
}

/** Writes the report of a run, one HTML file that opens anywhere, and returns its path. */
export async function writeReport(
  runDir: string,
  { others = [], file = path.join(runDir, 'report.html'), assets }: ReportOptions = {},
): Promise<string> {
  const runs = await Promise.all([runDir, ...others].map(readReportRun));
  // Folders of one name can lie in different places.
  const named = runs.map((run, index) => ({ ...run, id: `${index} ${run.id}` }));
  await atomicWrite(file, reportHtml(named, assets ?? (await pageAssets())));
  return file;
}
