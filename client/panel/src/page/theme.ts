export interface Theme {
  /** The value of a colour variable of the style sheet, as a canvas wants it. */
  colour(variable: string): string;
  /** What is returned ends it. */
  onChange(listener: () => void): () => void;
}

/**
 * A canvas does not follow the style sheet by itself: colours are asked of a hidden element, and
 * asked again when the system or VS Code (which changes a class of `body`) turns to another theme.
 */
export function watchTheme(root: HTMLElement): Theme {
  const probe = document.createElement('span');
  probe.hidden = true;
  // Where the system forces its colours, lines still need colours of their own.
  probe.style.setProperty('forced-color-adjust', 'none');
  root.append(probe);
  const known = new Map<string, string>();
  const listeners = new Set<() => void>();
  const changed = () => {
    known.clear();
    for (const listener of listeners) listener();
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);
  matchMedia('(forced-colors: active)').addEventListener('change', changed);
  new MutationObserver(changed).observe(document.body, { attributeFilter: ['class'] });
  return {
    colour(variable) {
      let colour = known.get(variable);
      if (colour === undefined) {
        probe.style.color = `var(${variable})`;
        known.set(variable, (colour = getComputedStyle(probe).color));
      }
      return colour;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
