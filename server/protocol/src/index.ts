export { SERVER_PROTOCOL_VERSION } from './protocolVersion.ts';
export { notification, request, type NotificationSpec, type RequestSpec } from './message.ts';
export { KINDS, type Kind } from './shared.ts';
export {
  CONVERT_TARGETS,
  convertRequest,
  jumpRequest,
  overruleRequest,
  relabelRequest,
  statisticsRequest,
  verdictNotification,
  verdictRequest,
  type KindCounts,
  type StatisticsResult,
  type Verdict,
} from './trajectory.ts';
export { tokenPreviewRequest, type TokenColumns } from './tokens.ts';
export {
  indexCloseRequest,
  indexOpenRequest,
  indexProgressNotification,
  indexRecordRequest,
  indexRowsRequest,
  indexSearchRequest,
  indexTextRequest,
  type IndexRow,
  type IndexState,
  type RecordSpan,
  type SearchMatch,
} from './fileIndex.ts';
export { checkSetupRequest } from './setup.ts';
