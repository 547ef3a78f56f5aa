/** Languages; VS Code owns `.jsonl`, so trajectories are claimed by name and the rest by content. */
export const LANGUAGES = [
  {
    id: 'trajectory-text',
    aliases: ['Trajectory (text)'],
    extensions: ['.react', '.traj.txt'],
    firstLine: '^(Question|Task|Thought( \\d+)?): ',
    configuration: './syntaxes/trajectory-text.language-configuration.json',
  },
  {
    id: 'trajectory-jsonl',
    aliases: ['Trajectories (JSON Lines)'],
    extensions: ['.traj.jsonl', '.trajectory.jsonl', '.trajectories.jsonl'],
    configuration: './syntaxes/trajectory-jsonl.language-configuration.json',
  },
  { id: 'json', extensions: ['.traj', '.traj.json'] },
] as const;

export const GRAMMARS = [
  {
    language: 'trajectory-text',
    scopeName: 'text.trajectory',
    path: './syntaxes/trajectory-text.tmLanguage.json',
  },
  {
    language: 'trajectory-jsonl',
    scopeName: 'source.trajectory.jsonl',
    path: './syntaxes/trajectory-jsonl.tmLanguage.json',
  },
] as const;

interface KindLook {
  description: string;
  superType: string;
  /** TextMate scopes that every theme colours, for themes that know nothing of ours. */
  scopes: readonly string[];
}

/** Semantic token types: the span kinds. */
export const KIND_LOOKS: Readonly<Record<string, KindLook>> = {
  reasoning: {
    description: 'What the agent thinks',
    superType: 'comment',
    scopes: ['markup.italic', 'entity.other.attribute-name'],
  },
  action: {
    description: 'What the agent does: calls and their arguments',
    superType: 'function',
    scopes: ['entity.name.function'],
  },
  observation: {
    description: 'What comes back from the environment or a tool',
    superType: 'string',
    scopes: ['string'],
  },
  system: {
    description: 'The system prompt',
    superType: 'macro',
    scopes: ['keyword.control'],
  },
  task: {
    description: 'What the agent is asked to do',
    superType: 'class',
    scopes: ['entity.name.type'],
  },
  answer: {
    description: 'What the agent says in the end',
    superType: 'enumMember',
    scopes: ['constant.numeric', 'constant'],
  },
  other: {
    description: 'Text of no training kind: demonstrations, summaries',
    superType: 'comment',
    scopes: ['comment'],
  },
};

export const MODIFIERS: Readonly<Record<string, string>> = {
  label: 'Syntax that introduces a span',
  supervised: 'Learnt in training',
  masked: 'Read in training, but not learnt',
  truncated: 'Cut off by max_length',
};

/** Told apart without colours too. */
export const FONT_STYLES = {
  reasoning: { italic: true },
  action: { bold: true },
  answer: { bold: true, italic: true },
  '*.truncated': { strikethrough: true },
} as const;
