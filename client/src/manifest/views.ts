export type Text = (key: string, value: string) => string;

/** The custom editor's type. */
export const INSPECTOR = 'deepcoder.inspector';

/** The same for files that no text editor can show: there it opens with a click. */
export const DEFAULT_INSPECTOR = 'deepcoder.defaultInspector';

/** Of the MCP server that is offered to coding agents. */
export const MCP_PROVIDER = 'deepcoder.mcp';

export function VIEWS(text: Text) {
  return {
    deepcoder: [
      {
        id: 'deepcoder.runs',
        name: text('view.runs', 'Runs'),
        icon: 'media/activity.svg',
        contextualTitle: 'DeepCoder',
      },
    ],
  };
}

const ON_DISK = '!virtualWorkspace && !deepcoder.isWithoutNode';

/** What an empty view says. */
export function WELCOME(text: Text) {
  return [
    {
      view: 'deepcoder.runs',
      when: 'virtualWorkspace || deepcoder.isWithoutNode',
      contents: text(
        'welcome.withoutDisk',
        'Trajectories are only coloured here. Checks, the inspector and training need Node and files on a disk: open the folder in VS Code on a machine, or on a remote one.',
      ),
    },
    {
      view: 'deepcoder.runs',
      when: `workspaceFolderCount == 0 && ${ON_DISK}`,
      contents: text(
        'welcome.noFolder',
        'Runs are kept in a folder.\n[Open Folder](command:vscode.openFolder)\n[Create Sample Workspace](command:deepcoder.createSample)',
      ),
    },
    {
      view: 'deepcoder.runs',
      when: `workspaceFolderCount > 0 && ${ON_DISK} && isWorkspaceTrusted`,
      contents: text(
        'welcome.noRuns',
        'Nothing has been trained here yet.\n[Run Train](command:deepcoder.runTrain)\n[New Config](command:deepcoder.newConfig)\nNew here? [Get started](command:deepcoder.openWalkthrough) or [check what is installed](command:deepcoder.checkSetup).',
      ),
    },
    {
      view: 'deepcoder.runs',
      when: `workspaceFolderCount > 0 && ${ON_DISK} && !isWorkspaceTrusted`,
      contents: text(
        'welcome.untrusted',
        'Training starts programs, so it waits until you trust this workspace.\n[Manage Workspace Trust](command:workbench.trust.manage)',
      ),
    },
  ];
}

/** The Get Started page. */
export function WALKTHROUGH(text: Text) {
  const step = (
    id: string,
    { title, description, picture }: { title: string; description: string; picture: string },
    completionEvents: string[],
  ) => ({
    id,
    title: text(`walkthrough.${id}.title`, title),
    description: text(`walkthrough.${id}`, description),
    media: picture.endsWith('.md')
      ? { markdown: `media/walkthrough/${picture}` }
      : {
          image: `media/walkthrough/${picture}.png`,
          altText: text(`walkthrough.${id}.alt`, title),
        },
    completionEvents,
  });
  return {
    id: 'start',
    title: text('walkthrough.title', 'Get started with DeepCoder'),
    description: text(
      'walkthrough.description',
      'Read trajectories, train a small agent span by span, and watch it learn.',
    ),
    steps: [
      step(
        'setup',
        {
          title: 'See what is installed',
          description:
            'Training runs on this machine’s processor without further set-up; a graphics card is optional.\n[Check Set-up](command:deepcoder.checkSetup)',
          picture: 'setup.md',
        },
        ['onCommand:deepcoder.checkSetup'],
      ),
      step(
        'trajectory',
        {
          title: 'Open a trajectory',
          description:
            'What the agent thinks, does and sees is coloured by kind, with an outline, hovers and checks.\n[Create Sample Workspace](command:deepcoder.createSample)\n[New Trajectory](command:deepcoder.newTrajectory)',
          picture: 'trajectory',
        },
        ['onLanguage:trajectory-text', 'onLanguage:trajectory-jsonl'],
      ),
      step(
        'config',
        {
          title: 'Write a config',
          description:
            'Completion, hovers and checks know every key; a preset fills in the rest.\n[New Config](command:deepcoder.newConfig)',
          picture: 'config',
        },
        ['onCommand:deepcoder.newConfig'],
      ),
      step(
        'train',
        {
          title: 'Train, and watch it learn',
          description:
            'The trainer runs by itself: closing the editor does not stop it.\n[Run Train](command:deepcoder.runTrain)',
          picture: 'metrics',
        },
        ['onCommand:deepcoder.runTrain'],
      ),
      step(
        'inspect',
        {
          title: 'Look closely',
          description:
            'The inspector reads files of any size: fold by kind, search, see calls beside their results.\n[Open Trajectory Inspector](command:deepcoder.openInspector)',
          picture: 'inspector',
        },
        ['onCommand:deepcoder.openInspector'],
      ),
    ],
  };
}
