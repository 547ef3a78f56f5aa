/** Any pointer: handles are numbers, arrays of JavaScript are given as they are. */
const P = 'void *';

interface OrtFunction {
  /** Its place in `struct OrtApi`. */
  at: number;
  takes: readonly string[];
  /** What it gives; an `OrtStatus *` where nothing is said, null for success. */
  gives?: string;
}

/**
 * The functions of ONNX Runtime's C API that are used, with their places in `struct OrtApi` of
 * onnxruntime_c_api.h. The struct is only ever appended to, so a place holds in every version that has it.
 */
export const ORT_FUNCTIONS = {
  GetErrorCode: { at: 1, takes: [P], gives: 'int' },
  GetErrorMessage: { at: 2, takes: [P], gives: 'str' },
  ReleaseStatus: { at: 93, takes: [P], gives: 'void' },
  CreateEnv: { at: 3, takes: ['int', 'str', P] },
  CreateSessionOptions: { at: 10, takes: [P] },
  ReleaseSessionOptions: { at: 100, takes: [P], gives: 'void' },
  SetSessionExecutionMode: { at: 13, takes: [P, 'int'] },
  DisableMemPattern: { at: 17, takes: [P] },
  EnableCpuMemArena: { at: 18, takes: [P] },
  SetSessionLogSeverityLevel: { at: 22, takes: [P, 'int'] },
  SetSessionGraphOptimizationLevel: { at: 23, takes: [P, 'int'] },
  SetIntraOpNumThreads: { at: 24, takes: [P, 'int'] },
  SetInterOpNumThreads: { at: 25, takes: [P, 'int'] },
  AddSessionConfigEntry: { at: 130, takes: [P, 'str', 'str'] },
  AddInitializer: { at: 150, takes: [P, 'str', P] },
  AddExternalInitializers: { at: 210, takes: [P, P, P, 'size_t'] },
  SessionOptionsAppendExecutionProvider: { at: 216, takes: [P, 'str', P, P, 'size_t'] },
  RegisterExecutionProviderLibrary: { at: 301, takes: [P, 'str', 'str'] },
  CreateCUDAProviderOptions: { at: 205, takes: [P] },
  UpdateCUDAProviderOptions: { at: 206, takes: [P, P, P, 'size_t'] },
  SessionOptionsAppendExecutionProvider_CUDA_V2: { at: 204, takes: [P, P] },
  ReleaseCUDAProviderOptions: { at: 208, takes: [P], gives: 'void' },
  CreateSessionFromArray: { at: 8, takes: [P, P, 'size_t', P, P] },
  CreatePrepackedWeightsContainer: { at: 166, takes: [P] },
  ReleasePrepackedWeightsContainer: { at: 167, takes: [P], gives: 'void' },
  CreateSessionFromArrayWithPrepackedWeightsContainer: {
    at: 169,
    takes: [P, P, 'size_t', P, P, P],
  },
  ReleaseSession: { at: 95, takes: [P], gives: 'void' },
  Session_GetEpGraphAssignmentInfo: { at: 407, takes: [P, P, P] },
  EpAssignedSubgraph_GetEpName: { at: 408, takes: [P, P] },
  EpAssignedSubgraph_GetNodes: { at: 409, takes: [P, P, P] },
  EpAssignedNode_GetName: { at: 410, takes: [P, P] },
  EpAssignedNode_GetOperatorType: { at: 412, takes: [P, P] },
  CreateCpuMemoryInfo: { at: 69, takes: ['int', 'int', P] },
  CreateTensorWithDataAsOrtValue: { at: 49, takes: [P, P, 'size_t', P, 'size_t', 'int', P] },
  CreateTensorAsOrtValue: { at: 48, takes: [P, P, 'size_t', 'int', P] },
  CopyTensors: { at: 386, takes: [P, P, P, P, 'size_t'] },
  CreateMemoryInfo: { at: 68, takes: ['str', 'int', 'int', 'int', P] },
  CreateAllocator: { at: 131, takes: [P, P, P] },
  GetTensorMutableData: { at: 51, takes: [P, P] },
  ReleaseValue: { at: 96, takes: [P], gives: 'void' },
  CreateIoBinding: { at: 134, takes: [P, P] },
  ReleaseIoBinding: { at: 135, takes: [P], gives: 'void' },
  BindInput: { at: 136, takes: [P, 'str', P] },
  BindOutput: { at: 137, takes: [P, 'str', P] },
  CreateRunOptions: { at: 39, takes: [P] },
  ReleaseRunOptions: { at: 97, takes: [P], gives: 'void' },
  RunOptionsSetTerminate: { at: 46, takes: [P] },
  RunOptionsUnsetTerminate: { at: 47, takes: [P] },
  RunWithBinding: { at: 133, takes: [P, P, P] },
} as const satisfies Record<string, OrtFunction>;

export type OrtFunctionName = keyof typeof ORT_FUNCTIONS;
