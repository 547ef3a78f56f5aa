import type { CommandId } from './commands.ts';

interface MenuEntry {
  command: CommandId;
  when: string;
  group: string;
}

const RUNS = 'view == deepcoder.runs';
const RUN = `${RUNS} && viewItem =~ /^run\\./`;
const RUNNING = `${RUNS} && viewItem == run.running`;
const PAUSED = `${RUNS} && viewItem == run.paused`;
const LIVE = `${RUNS} && viewItem =~ /^run\\.(running|paused)$/`;
const INTERRUPTED = `${RUNS} && viewItem == run.interrupted`;
const ENDED = `${RUNS} && viewItem =~ /^run\\.(finished|interrupted)$/`;
/** By a name that says so, or since it was found to be one when it was opened. */
const TRAJECTORY_FILE =
  'resourceFilename =~ /\\.(traj|traj\\.json|jsonl|ndjson|eval|react|traj\\.txt|parquet)$/ || resourcePath in deepcoder.trajectoryPaths';
const IN_INSPECTOR = 'activeCustomEditorId =~ /^deepcoder\\.(inspector|defaultInspector)$/';
const CONFIG = 'deepcoder.isConfig';

/** Where commands belong besides the palette; the manifest is written from this table. */
export const MENUS: Readonly<Record<string, readonly MenuEntry[]>> = {
  'view/title': [
    { command: 'deepcoder.runTrain', when: RUNS, group: 'navigation@1' },
    { command: 'deepcoder.compareRuns', when: RUNS, group: 'navigation@2' },
    { command: 'deepcoder.refreshRuns', when: RUNS, group: 'navigation@3' },
    { command: 'deepcoder.runTrainWithOptions', when: RUNS, group: '1_run' },
    { command: 'deepcoder.runTrainOn', when: RUNS, group: '1_run' },
    { command: 'deepcoder.newConfig', when: RUNS, group: '1_run' },
    { command: 'deepcoder.checkSetup', when: RUNS, group: '2_setup' },
  ],
  'view/item/context': [
    { command: 'deepcoder.pause', when: RUNNING, group: 'inline@1' },
    { command: 'deepcoder.continue', when: PAUSED, group: 'inline@1' },
    { command: 'deepcoder.stop', when: LIVE, group: 'inline@2' },
    { command: 'deepcoder.openMetrics', when: RUN, group: 'inline@3' },
    { command: 'deepcoder.openMetrics', when: RUN, group: '1_open@1' },
    { command: 'deepcoder.openReport', when: RUN, group: '1_open@2' },
    { command: 'deepcoder.openRunConfig', when: RUN, group: '1_open@3' },
    { command: 'deepcoder.openLog', when: RUN, group: '1_open@4' },
    { command: 'deepcoder.revealRun', when: RUN, group: '1_open@5' },
    { command: 'deepcoder.pause', when: RUNNING, group: '2_control@1' },
    { command: 'deepcoder.continue', when: PAUSED, group: '2_control@1' },
    { command: 'deepcoder.checkpoint', when: LIVE, group: '2_control@2' },
    { command: 'deepcoder.stop', when: LIVE, group: '2_control@3' },
    { command: 'deepcoder.resume', when: INTERRUPTED, group: '2_control@4' },
    { command: 'deepcoder.evaluate', when: RUN, group: '3_after@1' },
    { command: 'deepcoder.playEpisode', when: RUN, group: '3_after@2' },
    { command: 'deepcoder.chat', when: RUN, group: '3_after@3' },
    { command: 'deepcoder.serve', when: RUN, group: '3_after@4' },
    { command: 'deepcoder.compareRuns', when: RUN, group: '3_after@5' },
    { command: 'deepcoder.merge', when: ENDED, group: '3_after@6' },
    { command: 'deepcoder.deleteRun', when: ENDED, group: '9_delete' },
    { command: 'deepcoder.followJob', when: `${RUNS} && viewItem =~ /^job\\./`, group: 'inline@1' },
    { command: 'deepcoder.stopJob', when: `${RUNS} && viewItem == job.live`, group: 'inline@2' },
  ],
  'editor/title': [
    { command: 'deepcoder.runTrain', when: CONFIG, group: 'navigation@1' },
    { command: 'deepcoder.checkConfig', when: CONFIG, group: 'navigation@2' },
    {
      command: 'deepcoder.openInspector',
      when: 'resourcePath in deepcoder.trajectoryPaths && !activeCustomEditorId',
      group: 'navigation@1',
    },
    { command: 'deepcoder.previewTokens', when: 'deepcoder.isTrajectory', group: 'navigation@2' },
    {
      command: 'deepcoder.openAsText',
      when: IN_INSPECTOR,
      group: 'navigation@1',
    },
  ],
  'editor/context': [
    {
      command: 'deepcoder.relabelSelection',
      when: 'deepcoder.isTrajectory && editorHasSelection',
      group: '1_modification@9',
    },
    {
      command: 'deepcoder.removeAnnotation',
      when: 'deepcoder.isTrajectory',
      group: '1_modification@10',
    },
    { command: 'deepcoder.previewTokens', when: 'deepcoder.isTrajectory', group: 'z_deepcoder@1' },
    { command: 'deepcoder.showLossHeat', when: 'deepcoder.isTrajectory', group: 'z_deepcoder@2' },
    { command: 'deepcoder.openInspector', when: 'deepcoder.isTrajectory', group: 'z_deepcoder@3' },
  ],
  'editor/title/context': [
    { command: 'deepcoder.openInspector', when: TRAJECTORY_FILE, group: '1_open@40' },
  ],
  'explorer/context': [
    {
      command: 'deepcoder.openInspector',
      when: TRAJECTORY_FILE,
      group: 'navigation@40',
    },
    {
      command: 'deepcoder.runTrain',
      when: 'resourceExtname =~ /^\\.ya?ml$/ && resourceFilename =~ /deepcoder/',
      group: 'navigation@41',
    },
  ],
};

interface KeyEntry {
  command: CommandId;
  key: string;
  when: string;
}

const IN_TRAJECTORY = 'editorTextFocus && deepcoder.isTrajectory';

export const KEYS: readonly KeyEntry[] = [
  // Alt with PageUp and PageDown alone is the editor's own: it scrolls.
  { command: 'deepcoder.nextStep', key: 'ctrl+alt+n', when: IN_TRAJECTORY },
  { command: 'deepcoder.previousStep', key: 'ctrl+alt+p', when: IN_TRAJECTORY },
  { command: 'deepcoder.nextOfKind', key: 'ctrl+alt+shift+n', when: IN_TRAJECTORY },
  { command: 'deepcoder.previousOfKind', key: 'ctrl+alt+shift+p', when: IN_TRAJECTORY },
  { command: 'deepcoder.nextRecord', key: 'ctrl+alt+pagedown', when: IN_TRAJECTORY },
  { command: 'deepcoder.previousRecord', key: 'ctrl+alt+pageup', when: IN_TRAJECTORY },
];
