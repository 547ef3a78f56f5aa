import { createHash } from 'node:crypto';
import { encodeRuns, type Run } from '@deepcoder/panel';

/** The page's program and its style sheet. */
export interface PageAssets {
  script: string;
  style: string;
}

/**
 * A document that needs nothing else. Its policy lets exactly the given script and style in, and the
 * worker that the script carries along, so that no text of a run can do anything, and lets nothing be
 * fetched.
 */
export function reportHtml(runs: readonly Run[], { script, style }: PageAssets): string {
  const title = escapeText(runs.map(({ name }) => name).join(' and '));
  const policy = [
    "default-src 'none'",
    `script-src ${sourceHash(script)}`,
    `style-src ${sourceHash(style)}`,
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – DeepCoder</title>
<style>${style}</style>
</head>
<body>
<div id="page"><noscript>This report draws its charts with JavaScript, which is off.</noscript></div>
<script type="application/json" id="runs">${encodeRuns(runs)}</script>
<script>${script}</script>
</body>
</html>
`;
}

function sourceHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
