import { decodeRuns } from '../encodeRuns.ts';
import { mountPage } from './mountPage.ts';

/** The page of a report on disk: its runs stand in the document as JSON. */
mountPage(
  document.getElementById('page')!,
  decodeRuns(document.getElementById('runs')!.textContent),
);
