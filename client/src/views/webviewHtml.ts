import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** The folder of the built pages. */
export function pagesFolder(extension: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extension, 'client', 'dist', 'webview');
}

interface PageOptions {
  /** Of its script and style. */
  name: string;
  title: string;
  /** Whether it shows pictures of the extension and the workspace, and such as a record holds. */
  images?: boolean;
  /** What stands there until the page draws itself. */
  says?: string;
}

/** A page that may run its own script, the worker that this carries along, and style, and fetch nothing from anywhere. */
export function webviewHtml(
  webview: vscode.Webview,
  extension: vscode.Uri,
  { name, title, images = false, says = '' }: PageOptions,
): string {
  const nonce = randomBytes(16).toString('base64');
  const uri = (file: string) =>
    webview.asWebviewUri(vscode.Uri.joinPath(pagesFolder(extension), file)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    'worker-src blob:',
    ...(images ? [`img-src ${webview.cspSource} data:`] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="${vscode.env.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="stylesheet" href="${uri(`${name}.css`)}">
</head>
<body>
<div id="page">${says === '' ? '' : `<p class="starting" role="status">${escaped(says)}</p>`}</div>
${textsBlock()}<script nonce="${nonce}" src="${uri(`${name}.js`)}"></script>
</body>
</html>
`;
}

/** The texts in the language of the window, for the page's `t`; nothing where those in the code are in it. */
function textsBlock(): string {
  const { bundle } = vscode.l10n;
  if (bundle === undefined) return '';
  // A closing tag or a comment inside a script element would end or swallow it.
  const json = JSON.stringify(bundle).replaceAll('<', '\\u003c');
  return `<script type="application/json" id="texts">${json}</script>\n`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
