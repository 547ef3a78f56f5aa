/** Dark, light, and high contrast on dark and on light. */
type Defaults = readonly [string, string, string, string];

function colour(description: string, [dark, light, highContrast, highContrastLight]: Defaults) {
  return { description, defaults: { dark, light, highContrast, highContrastLight } };
}

/** On each of them a theme's own text is read. */
const HEAT: readonly Defaults[] = [
  ['#2f81f730', '#0969da24', '#2f81f780', '#0969da50'],
  ['#a371f735', '#8250df24', '#8a4ff080', '#8250df50'],
  ['#d2992245', '#bf870035', '#a8740fa0', '#bf870066'],
  ['#f0883e60', '#fb8f4466', '#c0601eaa', '#fb8f4499'],
  ['#f8514980', '#fa454988', '#d0302fcc', '#ff8a8aaa'],
];

/** What is read and never learnt. */
const MUTED: Defaults = ['#a2abb5', '#59616b', '#c4ccd4', '#454c54'];

/** Theme colours that users and themes can change. */
export const COLOURS: Readonly<Record<string, ReturnType<typeof colour>>> = {
  'deepcoder.reasoning': colour('Reasoning', ['#6cb0ff', '#1465c8', '#8cc4ff', '#0f4a99']),
  'deepcoder.action': colour('Actions', ['#ffa050', '#b34a00', '#ffb676', '#8a3900']),
  'deepcoder.observation': colour('Observations', ['#6fd08c', '#23793b', '#8fe0a6', '#185a2b']),
  'deepcoder.answer': colour('Answers', ['#d59bff', '#8b2fb0', '#e2bbff', '#6a2288']),
  'deepcoder.task': colour('Tasks', MUTED),
  'deepcoder.system': colour('System prompts', MUTED),
  'deepcoder.other': colour('What is of no training kind', MUTED),
  'deepcoder.tokenEdge': colour('Edges between previewed tokens', [
    '#8b949e80',
    '#59616b80',
    '#ffffff',
    '#000000',
  ]),
  'deepcoder.tokenEven': colour('Every second previewed token', [
    '#6cb0ff26',
    '#1465c81c',
    '#6cb0ff50',
    '#1465c830',
  ]),
  'deepcoder.tokenOdd': colour('The other previewed tokens', [
    '#ffa05026',
    '#b34a001c',
    '#ffa05050',
    '#b34a0030',
  ]),
  ...Object.fromEntries(
    HEAT.map((defaults, level) => [
      `deepcoder.heat${level}`,
      colour(`Loss of a token, level ${level} of ${HEAT.length - 1}`, defaults),
    ]),
  ),
};
