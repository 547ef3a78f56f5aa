export {
  CONTROL_COMMANDS,
  formatControl,
  parseControlRequest,
  parseControlResponse,
  type ControlCommand,
  type ControlRequest,
  type ControlResponse,
} from './control.ts';
export {
  datasetAddressText,
  hubNameText,
  isCommit,
  isGguf,
  isHubAddress,
  isSafePath,
  MODEL_NOT_FETCHED,
  parseDatasetAddress,
  parseModelName,
  type HubName,
} from './hubName.ts';
export {
  type Ending,
  ENDINGS,
  formatPlayFile,
  parsePlayFile,
  type PlayFile,
  type PlayPanel,
  type PlayRow,
} from './playFile.ts';
export { formatTrackerFile, parseTrackerFile, type TrackerFile } from './trackerFile.ts';
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
