export { type CamelKeys, camelKeys, type Config, snakeKeys } from './camelCase.ts';
export { flatConfig } from './flatConfig.ts';
export { configError, formatProblem, type ConfigProblem } from './configProblem.ts';
export { DeepCoderError, type ExitCode } from './deepCoderError.ts';
export { expectedText, rangeText } from './expectedText.ts';
export { nearest, nearNames, pathsOf } from './explainIssue.ts';
export { initText } from './initText.ts';
export {
  configFileJsonSchema,
  configJsonSchema,
  schemaAlternatives,
  schemasAt,
  type JsonSchema,
} from './jsonSchema.ts';
export { loadConfig, type LoadedConfig, type LoadOptions } from './loadConfig.ts';
export { PRESETS } from './presets.ts';
export type { ReadText } from './readLayers.ts';
export { resolvedText } from './resolvedText.ts';
export type { ConfigYaml } from './schema/configSchema.ts';
export { originAt, pathText, plainValue, treeAt, type MapTree, type Origin } from './tree.ts';
export { readSettings, settingsProperties, settingsSchema, type Settings } from './settings.ts';
export {
  givesScores,
  isScoreServer,
  runTokenizerPlace,
  teacherTokenizerPlace,
} from './teacherKinds.ts';
export { labelRulesOf, type RuleSets } from './labelRulesOf.ts';
export { launchSchema, type LaunchYaml } from './schema/launchSchema.ts';
export { LAUNCH_KINDS, readTargets, type Targets, unknownTarget } from './targets.ts';
export { yamlDocuments } from './yamlDocuments.ts';
