export type { EncodedRecords } from './decodeRecords.ts';
export { encodeRuns } from './encodeRuns.ts';
export type { Episode, EpisodeSpan, Fact, PlayRow, Run, Series, SeriesAxes } from './run.ts';
export { formatNumber, formatSeconds } from './formatValue.ts';
export { HEAT_LEVELS, heatLevel } from './heat.ts';
export { seriesFromRecords, type MetricRecord } from './seriesFromRecords.ts';
export type { FromPanel, RunHead, ToPanel } from './messages.ts';
export {
  SPAN_KINDS,
  type FromInspector,
  type InspectedFile,
  type InspectorChoices,
  type InspectorQuestion,
  type Reveal,
  type ToInspector,
} from './inspectorMessages.ts';
