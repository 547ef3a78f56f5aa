import axe from 'axe-core';
import type { Frame } from 'playwright-core';

/** What axe finds wrong with a page, a line each. */
export async function violations(frame: Frame): Promise<string[]> {
  await frame.evaluate(axe.source);
  return frame.evaluate<string[]>(
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => id + ' ' + target + ' ' + failureSummary)))`,
  );
}

/**
 * Controls that stick out of the page or whose own text does not fit into them, and the page itself where
 * it scrolls sideways. What lies in an area that scrolls sideways by itself can be reached there.
 */
export function cutControls(frame: Frame): Promise<string[]> {
  return frame.evaluate<string[]>(`(${FIND_CUT})()`);
}

const FIND_CUT = `() => {
  const { clientWidth, scrollWidth } = document.documentElement;
  const name = (one) => one.outerHTML.slice(0, 120);
  const scrolls = (one) => {
    for (let at = one.parentElement; at !== null; at = at.parentElement)
      if (/auto|scroll/.test(getComputedStyle(at).overflowX) && at.scrollWidth > at.clientWidth)
        return true;
    return false;
  };
  const controls = [...document.querySelectorAll('button, input, select, summary, a, [role=option]')]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }));
  const outside = controls.filter((one) => {
    const { left, right } = one.getBoundingClientRect();
    return (left < -1 || right > clientWidth + 1) && !scrolls(one);
  });
  const tooSmall = controls.filter((one) =>
    !one.matches('input, [role=option]') && one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0);
  return [
    ...(scrollWidth > clientWidth ? ['the page is ' + scrollWidth + ' of ' + clientWidth] : []),
    ...outside.map((one) => 'outside: ' + name(one)),
    ...tooSmall.map((one) => 'cut: ' + name(one)),
  ];
}`;
