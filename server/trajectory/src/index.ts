export type {
  AssistantMessage,
  Call,
  Message,
  OuterMessage,
  Parsed,
  ParseOptions,
  Picture,
  PictureSource,
  PictureSpan,
  Piece,
  PlacedPicture,
  Span,
  ToolMessage,
  Trajectory,
} from './types.ts';
export { ENVIRONMENT_PREFIX, isDataFile, NOT_DATA } from './selection/dataFiles.ts';
export { AUTO_FORMAT, formatName, namedFormat } from './selection/formatOf.ts';
export { globMatcher } from './selection/globs.ts';
export { FORMATS } from './formats/registry.ts';
export { NOT_A_TRAJECTORY, parse } from './parse.ts';
export type { ByteReader } from './byteReader.ts';
export { openContents, type OpenContent } from './archives/openContents.ts';
export { utf8Text } from './encodings/utf8.ts';
export { readTexts, type FileText } from './archives/readTexts.ts';
export { spanMap, spanText } from './spanText.ts';
export { pictureAddress, pictureBase64 } from './pictureData.ts';
export { exchangeOf, exchanges } from './toolExchanges.ts';
export type { OffsetMap } from './text/escapes.ts';
export { Interrupted, interruptWhere } from './text/interruption.ts';
export { plainTextMap } from './text/plainText.ts';
export { wordHash } from './text/wordHash.ts';
export { applyAnnotations, validAnnotations } from './annotations/applyAnnotations.ts';
export {
  annotate,
  readAnnotations,
  SIDECAR_SUFFIX,
  writeAnnotations,
  type Annotation,
} from './annotations/annotations.ts';
export {
  learntSteps,
  leftOutOf,
  leftOutSpans,
  type LearntChoice,
  type LeftOutReason,
} from './learnt/learnt.ts';
export {
  keptOf,
  placeOf,
  shiftTargets,
  superviseTokens,
  weighTokens,
  type ShiftedTargets,
  type SupervisedTokens,
  type SupervisionWeights,
} from './learnt/superviseTokens.ts';
export { MASKED_STEPS, maskedSteps } from './learnt/maskedSteps.ts';
export { isRejectedAction } from './learnt/resultMarks.ts';
export { REASONS, reasonText, type Reason } from './learnt/reasons.ts';
export { argumentsText, DEEPEST_ARGUMENTS, nestingDepth } from './convert/callArguments.ts';
export { toolDefinitions, type ToolDefinition } from './convert/toolDefinitions.ts';
export { statistics, sumStatistics, type KindStatistics, type Statistics } from './statistics.ts';
export { convert, CONVERT_TARGETS, joinConverted, type ConvertTarget } from './convert/convert.ts';
export { diagnose } from './diagnose/diagnose.ts';
export { missingPictures } from './diagnose/missingPictures.ts';
export { findSecrets } from './diagnose/secrets.ts';
export { fixesFor, type Fix } from './edit/fixes.ts';
export { isLabelled, join, relabel, renumber, split } from './edit/labelEdits.ts';
export { compactRecord, insertStep, prettyRecord, removeRecord } from './edit/recordEdits.ts';
export { applyEdits, type TextEdit } from './edit/textEdit.ts';
export { lineCount, offsetAt, positionAt, type Position } from './incremental/positions.ts';
export {
  continuesTrajectory,
  countStretch,
  markStretch,
  parsedStretch,
  regions,
  stepBefore,
  stretchAt,
  stretches,
  stretchText,
  type Boundary,
  type Marking,
  type Region,
  type Stretch,
} from './incremental/stretches.ts';
export {
  editFile,
  editFileInPart,
  parsedOf,
  textBetween,
  textOf,
  trackFile,
  type TrackedFile,
} from './incremental/trackedFile.ts';
export type { Entries } from './largeFiles/entries.ts';
export type { FileIndex } from './largeFiles/fileIndex.ts';
export { indexFile, type IndexOptions } from './largeFiles/indexFile.ts';
export { recordAt, type StoredRecord } from './largeFiles/recordAt.ts';
export { alignSteps, type ComparedStep, type StepPair } from './align/alignSteps.ts';
