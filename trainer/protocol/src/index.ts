export {
  CONTROL_COMMANDS,
  formatControl,
  parseControlRequest,
  parseControlResponse,
  type ControlCommand,
  type ControlRequest,
  type ControlResponse,
} from './control.ts';
export { crc32c } from './crc32c.ts';
export {
  formatMetricsLine,
  parseMetrics,
  type MetricsProblem,
  type MetricsRecord,
} from './metrics.ts';
export {
  decodeMetricsIndex,
  encodeMetricsIndex,
  toColumns,
  type MetricsColumns,
  type MetricsIndex,
} from './metricsColumns.ts';
export { formatPlayFile, parsePlayFile, type PlayFile } from './playFile.ts';
export { PROTOCOL_VERSION } from './protocolVersion.ts';
export {
  formatRunFile,
  parseRunFile,
  type RunFile,
  type RunFingerprints,
  type RunState,
  type RunStatus,
} from './runFile.ts';
export {
  SERVICE_METHODS,
  formatService,
  parseServiceRequest,
  parseServiceResponse,
  type ServiceInput,
  type ServiceMethod,
  type ServiceParams,
  type ServiceRequest,
  type ServiceResponse,
  type ServiceResult,
} from './service.ts';
