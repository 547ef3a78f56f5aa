import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Uri, Webview } from 'vscode';
import { webviewHtml } from '../../client/src/views/webviewHtml.ts';

const editor = vi.hoisted(() => ({
  l10n: { bundle: undefined as Record<string, string> | undefined },
  env: { language: 'de' },
  Uri: { joinPath: (...parts: unknown[]) => parts.join('/') },
}));
vi.mock('vscode', () => editor);

const webview = { cspSource: 'self:', asWebviewUri: (uri: unknown) => uri } as unknown as Webview;
const page = () => webviewHtml(webview, 'ours' as unknown as Uri, { name: 'panel', title: 'T' });

beforeEach(() => void (editor.l10n.bundle = undefined));

describe('the texts of a page', () => {
  test('are not there where the language is that of the code', () => {
    expect(page()).not.toContain('id="texts"');
  });

  test('stand before its script, and none can end their element', () => {
    editor.l10n.bundle = { Stop: '</script><!-- <b>Halt</b>' };
    const [, block = ''] = /<script type="application\/json" id="texts">(.*)\n/.exec(page()) ?? [];
    expect(block.match(/<.*/)).toEqual(expect.arrayContaining(['</script>']));
    expect(JSON.parse(block.replace('</script>', ''))).toEqual(editor.l10n.bundle);
    expect(page().indexOf('id="texts"')).toBeLessThan(page().indexOf('panel.js'));
  });

  test('are all that a language changes: the policy stays', () => {
    const rest = () =>
      page()
        .replace(/<script type="application\/json".*\n/, '')
        .replaceAll(/nonce([-=]"?)[\w+/=]+/g, 'nonce$1');
    const before = rest();
    editor.l10n.bundle = { Stop: 'Halt' };
    expect(rest()).toBe(before);
  });
});
