export type {
  AssistantMessage,
  Call,
  LabelRule,
  LabelRules,
  Message,
  OuterMessage,
  Parsed,
  ParseOptions,
  Piece,
  Problem,
  Range,
  Severity,
  Span,
  SpanKind,
  ToolMessage,
  Trajectory,
} from './types.ts';
export { SPAN_KINDS } from './types.ts';
