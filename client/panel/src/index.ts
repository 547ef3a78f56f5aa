export { encodeRuns } from './encodeRuns.ts';
export type { Episode, EpisodeSpan, Fact, PlayRow, Run, Series, SeriesAxes } from './run.ts';
export { formatNumber, formatSeconds } from './formatValue.ts';
export { HEAT_LEVELS, heatLevel } from './heat.ts';
export { seriesFromRecords } from './seriesFromRecords.ts';
export type { FromChat, ShownMessage, ToChat } from './chatMessages.ts';
export { RUN_COMMANDS, type FromPanel, type RunHead, type ToPanel } from './messages.ts';
export {
  type ComparedWith,
  type FromInspector,
  type InspectedFile,
  type InspectorChoices,
  type InspectorQuestion,
  type Reveal,
  type ToInspector,
} from './inspectorMessages.ts';
