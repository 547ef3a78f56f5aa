export { f32FromBase64, f64FromBase64, toBase64 } from './base64.ts';
export { crc32c } from './crc32c.ts';
export { labelPattern, labelPatternTrouble, type LabelPattern } from './labelPattern.ts';
export {
  labelPatternsSchema,
  labelRulesFrom,
  labelRulesSchema,
  type LabelPatterns,
  type LabelRule,
  type LabelRules,
} from './labelRules.ts';
export { decodeColumns, encodeColumns, type ChartColumns } from './metrics/encodeColumns.ts';
export {
  encodedColumnsSchema,
  encodedRecordsSchema,
  type EncodedColumns,
  type EncodedRecords,
} from './metrics/encodedSchemas.ts';
export { decodeRecords, encodeRecords } from './metrics/encodeRecords.ts';
export {
  decodeMetricsIndex,
  encodeMetricsIndex,
  toColumns,
  type MetricsColumns,
} from './metrics/metricsColumns.ts';
export {
  formatMetricsLine,
  parseMetrics,
  type MetricsProblem,
  type MetricsRecord,
} from './metrics/metricsRecord.ts';
export { NO_FACTS, RECORD_ORDERS, type Facts, type RecordOrder } from './facts.ts';
export { own } from './own.ts';
export { SEVERITIES, type Problem, type Range, type Severity } from './problem.ts';
export { isAgentKind, SPAN_KINDS, type SpanKind } from './spanKinds.ts';
export {
  KIND,
  TOKEN_KINDS,
  TRAINED_KINDS,
  trainedAs,
  type TokenKind,
  type TrainedKind,
} from './tokenKinds.ts';
export { UNKNOWN_SHARE_TO_WARN } from './unknownTokens.ts';
export { wilsonInterval } from './wilsonInterval.ts';
