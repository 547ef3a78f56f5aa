/** A command as the palette, menus and keys know it. */
export interface CommandEntry {
  title: string;
  icon?: string;
  /** When it can be used. */
  enablement?: string;
  /** When the palette offers it; `false`: never, it needs an argument that only a menu has. */
  palette?: string | false;
  /** It needs no folder on a disk. */
  anywhere?: true;
}

const TRAJECTORY = 'deepcoder.isTrajectory';
const CONFIG = 'deepcoder.isConfig';
const TRUSTED = 'isWorkspaceTrusted';
const LIVE = 'deepcoder.liveRuns > 0';
const SERVED = 'deepcoder.servedStudents > 0';
const RUNS = 'deepcoder.runs > 0';

/** Every command of the extension; the manifest is written from this table. */
export const COMMANDS = {
  'deepcoder.runTrain': { title: 'Run Train', icon: '$(play)', enablement: TRUSTED },
  'deepcoder.runTrainWithOptions': { title: 'Run Train with Options…', enablement: TRUSTED },
  'deepcoder.runTrainOn': { title: 'Run Train on…', icon: '$(cloud)', enablement: TRUSTED },
  'deepcoder.followJob': {
    title: 'Follow Job',
    icon: '$(output)',
    enablement: TRUSTED,
    palette: false,
  },
  'deepcoder.stopJob': {
    title: 'Stop Job',
    icon: '$(debug-stop)',
    enablement: TRUSTED,
    palette: false,
  },
  'deepcoder.trainOnFile': {
    title: 'Train on This File',
    enablement: TRUSTED,
    palette: TRAJECTORY,
  },
  'deepcoder.stop': { title: 'Stop Run', icon: '$(debug-stop)', enablement: LIVE },
  'deepcoder.pause': { title: 'Pause Run', icon: '$(debug-pause)', enablement: LIVE },
  'deepcoder.continue': {
    title: 'Continue Paused Run',
    icon: '$(debug-continue)',
    enablement: LIVE,
  },
  'deepcoder.resume': {
    title: 'Resume Run from Its Newest Checkpoint',
    icon: '$(debug-restart)',
    enablement: TRUSTED,
    palette: RUNS,
  },
  'deepcoder.checkpoint': {
    title: 'Checkpoint Now',
    icon: '$(save)',
    enablement: LIVE,
  },
  'deepcoder.openMetrics': { title: 'Open Metrics', icon: '$(graph-line)', palette: RUNS },
  'deepcoder.compareRuns': {
    title: 'Compare Runs…',
    icon: '$(git-compare)',
    palette: 'deepcoder.runs > 1',
  },
  'deepcoder.evaluate': {
    title: 'Evaluate Run',
    icon: '$(beaker)',
    enablement: TRUSTED,
    palette: RUNS,
  },
  'deepcoder.playEpisode': {
    title: 'Play an Episode',
    icon: '$(robot)',
    enablement: TRUSTED,
    palette: RUNS,
  },
  'deepcoder.merge': {
    title: 'Merge Adapter into a Checkpoint',
    enablement: TRUSTED,
    palette: RUNS,
  },
  'deepcoder.serve': {
    title: 'Serve Student',
    icon: '$(broadcast)',
    enablement: TRUSTED,
    palette: RUNS,
  },
  'deepcoder.chat': {
    title: 'Chat with Student',
    icon: '$(comment-discussion)',
    enablement: TRUSTED,
    palette: RUNS,
  },
  'deepcoder.stopServing': { title: 'Stop Serving Student', palette: SERVED },
  'deepcoder.copyServedUrl': { title: 'Copy URL of Served Student', palette: SERVED },
  'deepcoder.servedStudents': { title: 'Show Served Students', palette: SERVED },
  'deepcoder.scoreTeacher': { title: 'Score with Teacher', enablement: TRUSTED, palette: CONFIG },
  'deepcoder.startTeacher': { title: 'Start Teacher', enablement: TRUSTED, palette: CONFIG },
  'deepcoder.showTeachers': { title: 'Show Teachers', enablement: TRUSTED },
  'deepcoder.stopTeachers': { title: 'Stop Teachers', enablement: TRUSTED },
  'deepcoder.makeTokenizer': { title: 'Make Tokenizer from Data…', enablement: TRUSTED },
  'deepcoder.setUpExecutor': { title: 'Set Up Executor…', enablement: TRUSTED },
  'deepcoder.openReport': { title: 'Open Report', icon: '$(book)', palette: RUNS },
  'deepcoder.openRunConfig': {
    title: 'Open Config of Run',
    icon: '$(settings)',
    palette: RUNS,
  },
  'deepcoder.openLog': { title: 'Open Log', icon: '$(output)', palette: RUNS },
  'deepcoder.revealRun': { title: 'Reveal Run’s Folder', palette: false },
  'deepcoder.deleteRun': { title: 'Delete Run…', icon: '$(trash)', palette: false },
  'deepcoder.refreshRuns': { title: 'Refresh Runs', icon: '$(refresh)', palette: false },
  'deepcoder.previewTokens': {
    title: 'Preview Tokens',
    icon: '$(symbol-key)',
    palette: TRAJECTORY,
  },
  'deepcoder.showLossHeat': { title: 'Show Loss Heat', icon: '$(flame)', palette: TRAJECTORY },
  'deepcoder.chooseLossRun': { title: 'Choose Run for Loss Heat…', palette: TRAJECTORY },
  'deepcoder.openInspector': { title: 'Open Trajectory Inspector', icon: '$(list-tree)' },
  'deepcoder.openAsText': { title: 'Open as Text', icon: '$(go-to-file)', palette: false },
  'deepcoder.convert': { title: 'Convert Trajectory…', palette: TRAJECTORY },
  'deepcoder.statistics': {
    title: 'Trajectory Statistics',
    icon: '$(graph)',
    palette: TRAJECTORY,
  },
  'deepcoder.relabelSelection': { title: 'Relabel Selection…', palette: TRAJECTORY },
  'deepcoder.removeAnnotation': { title: 'Remove Annotation', palette: TRAJECTORY },
  'deepcoder.overruleFormat': { title: 'Choose Trajectory Format…' },
  'deepcoder.nextStep': { title: 'Go to Next Step', palette: TRAJECTORY },
  'deepcoder.previousStep': { title: 'Go to Previous Step', palette: TRAJECTORY },
  'deepcoder.nextOfKind': { title: 'Go to Next Span of This Kind', palette: TRAJECTORY },
  'deepcoder.previousOfKind': { title: 'Go to Previous Span of This Kind', palette: TRAJECTORY },
  'deepcoder.nextRecord': { title: 'Go to Next Record', palette: TRAJECTORY },
  'deepcoder.previousRecord': { title: 'Go to Previous Record', palette: TRAJECTORY },
  'deepcoder.newConfig': { title: 'New Config…', icon: '$(new-file)', anywhere: true },
  'deepcoder.newTrajectory': { title: 'New Trajectory', anywhere: true },
  'deepcoder.checkConfig': {
    title: 'Check Config',
    icon: '$(checklist)',
    enablement: TRUSTED,
    palette: CONFIG,
  },
  'deepcoder.chooseConfig': { title: 'Choose Config for Trajectories…' },
  'deepcoder.compareWithPreset': { title: 'Compare Config with Preset…', palette: CONFIG },
  'deepcoder.checkSetup': { title: 'Check Set-up', icon: '$(tools)', anywhere: true },
  'deepcoder.openWalkthrough': { title: 'Get Started', anywhere: true },
  'deepcoder.createSample': { title: 'Create Sample Workspace…', anywhere: true },
  'deepcoder.reportProblem': { title: 'Report a Problem', anywhere: true },
  'deepcoder.restartServer': { title: 'Restart Language Server' },
  'deepcoder.showServerLog': { title: 'Show Language Server Log', anywhere: true },
} as const satisfies Record<string, CommandEntry>;

export type CommandId = keyof typeof COMMANDS;

export const CATEGORY = 'DeepCoder';
