import type { FromInspector } from '../inspectorMessages.ts';
import { t } from '../l10n.ts';
import { whyNot } from './ask.ts';

const TOLD_MS = 1500;

/** Copies a text when it is there, and says on the button what became of it, for a moment. */
export function copyText(
  text: Promise<string>,
  { post, button }: { post: (message: FromInspector) => void; button: HTMLButtonElement | null },
): void {
  const say = (told: string) => {
    if (button === null) return;
    const before = button.textContent;
    button.setAttribute('aria-live', 'polite');
    button.textContent = told;
    setTimeout(() => (button.textContent = before), TOLD_MS);
  };
  text.then(
    (loaded) => {
      post({ type: 'copy', text: loaded });
      say(t('Copied'));
    },
    (error: unknown) => say(whyNot(error)),
  );
}
