import type { PlannedChart } from '../chartPlan.ts';
import type { DrawnChart } from './chartSvg.ts';

const MARGIN = 12;
const TITLE_LINE = 30;
const LEGEND_LINE = 20;

/** The chart's canvas with its title and legend, in the resolution of the screen. */
export async function chartPng(
  chart: PlannedChart,
  { lines, theme }: DrawnChart,
  source: HTMLCanvasElement,
): Promise<Blob> {
  const scale = devicePixelRatio;
  const canvas = document.createElement('canvas');
  canvas.width = source.width + 2 * MARGIN * scale;
  canvas.height = source.height + (TITLE_LINE + LEGEND_LINE * lines.length + 2 * MARGIN) * scale;
  const context = canvas.getContext('2d')!;
  context.scale(scale, scale);
  context.fillStyle = theme.colour('--ground');
  context.fillRect(0, 0, canvas.width / scale, canvas.height / scale);
  context.fillStyle = theme.colour('--ink');
  context.font = '600 16px system-ui, sans-serif';
  context.fillText(chart.title, MARGIN, MARGIN + 16);
  const top = MARGIN + TITLE_LINE;
  const height = source.height / scale;
  context.drawImage(source, MARGIN, top, source.width / scale, height);
  context.font = '13px system-ui, sans-serif';
  context.lineWidth = 2;
  lines.forEach(({ name, style }, index) => {
    const y = top + height + LEGEND_LINE * (index + 0.5);
    context.strokeStyle = theme.colour(style.colour);
    context.setLineDash([...style.dash]);
    context.beginPath();
    context.moveTo(MARGIN, y);
    context.lineTo(MARGIN + 26, y);
    context.stroke();
    context.fillText(name, MARGIN + 34, y + 4);
  });
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error('the chart is too large for a picture'));
      else resolve(blob);
    }, 'image/png');
  });
}
