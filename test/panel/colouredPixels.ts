import type { Page } from 'playwright-core';

/** How many pixels inside a chart's plot are of a strong colour, which axes and grid are not. */
export async function colouredPixels(page: Page, id: string): Promise<number> {
  const canvas = chart(page, id).locator('canvas');
  // It is made when it comes into sight.
  await chart(page, id).scrollIntoViewIfNeeded();
  await canvas.waitFor();
  // Two frames: uPlot draws in a microtask after a change, the observer of what is seen in a frame.
  await page.evaluate(
    'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
  );
  return colouredNow(page, id);
}

/** The same of what is drawn already, wherever the page is scrolled to. */
export function colouredNow(page: Page, id: string): Promise<number> {
  return page.evaluate<number>(
    `(${COUNT_COLOURED})(document.querySelector('[data-chart="${id}"] canvas'))`,
  );
}

export const chart = (page: Page, id: string) => page.locator(`[data-chart="${id}"]`);

/** Runs in the page, on a copy: reading the canvas itself would change how the browser keeps it. */
const COUNT_COLOURED = `(node) => {
  const copy = document.createElement('canvas');
  Object.assign(copy, { width: node.width, height: node.height });
  const context = copy.getContext('2d', { willReadFrequently: true });
  context.drawImage(node, 0, 0);
  const { data } = context.getImageData(0, 0, copy.width, copy.height);
  let count = 0;
  for (let i = 0; i < data.length; i += 4) {
    const colours = data.subarray(i, i + 3);
    if (data[i + 3] > 128 && Math.max(...colours) - Math.min(...colours) > 60) count++;
  }
  return count;
}`;
