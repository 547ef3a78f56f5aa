import { decodeRuns } from '../encodeRuns.ts';
import { showLive, type Host } from './live.ts';
import { mountPage } from './mountPage.ts';

declare const acquireVsCodeApi: (() => Host) | undefined;

const root = document.getElementById('page')!;

if (typeof acquireVsCodeApi === 'undefined') showReport(root);
else showLive(root, acquireVsCodeApi());

/** The page of a report on disk: its runs stand in the document as JSON. */
function showReport(place: HTMLElement): void {
  const runs = decodeRuns(document.getElementById('runs')!.textContent);
  mountPage(place, runs, { save: download });
}

function download(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
