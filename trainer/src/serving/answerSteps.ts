import type { ChatTemplate } from '../data/render/chatTemplate.ts';
import { tagged } from '../data/render/thinkTags.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { badRequest } from './apiError.ts';
import { callForm, type CallForm } from './callForm.ts';
import type { ChatPrompt, PromptRequest } from './chatPrompt.ts';
import { all, ebnf, type Expr, type Grammar, one, rule, text, times } from './grammar/grammar.ts';
import { jsonSchemaGrammar } from './grammar/jsonSchema.ts';
import type { ChatRequest } from './requestSchemas.ts';

/** A part of an answer: what is written for the model, and what it goes on with. */
export interface AnswerStep {
  /** Before what is generated. */
  given: string;
  /** In XGrammar's EBNF; null: any text. */
  grammar: string | null;
  /** A text with which the step ends, kept as part of the answer; null: the turn's own end. */
  until: string | null;
  /** After what is generated, where it came to its end. */
  closing: string;
}

/** The steps of an answer one by one, each made when the text of the one before is known. */
export type AnswerSteps = Generator<AnswerStep, void, string>;

export interface StepsOptions {
  template: ChatTemplate;
  tokenizer: Pick<Tokenizer, 'special'>;
  prompt: ChatPrompt;
  asked: PromptRequest;
}

const FREE: AnswerStep = { given: '', grammar: null, until: null, closing: '' };

/** What has to be refused is refused here, before anything is generated. */
export function answerSteps(request: ChatRequest, options: StepsOptions): () => AnswerSteps {
  const steps = forcedSteps(request, options);
  if (steps === null)
    return function* () {
      yield FREE;
    };
  const { template, prompt, asked } = options;
  const { thinkTags } = template.traits;
  return function* () {
    if (prompt.isThinking || asked.thinks === true) {
      const [open = ''] = prompt.isThinking ? [] : tagged(thinkTags, '\0').split('\0');
      yield { ...FREE, given: open.trimEnd(), until: thinkTags.close };
      yield* steps(thinkTags.lines ? '\n\n' : '');
      return;
    }
    yield* steps('');
  };
}

/** @returns steps behind some blanks; null where the request forces nothing */
function forcedSteps(
  request: ChatRequest,
  options: StepsOptions,
): ((blanks: string) => AnswerSteps) | null {
  const { tool_choice: choice, response_format: format } = request;
  const hasTools = (request.tools ?? []).length > 0;
  const isCall = choice === 'required' || typeof choice === 'object';
  if (choice != null && choice !== 'none' && !hasTools)
    throw badRequest('tool_choice', 'is given without tools');
  if (isCall && choice !== null) {
    if (format != null && format.type !== 'text')
      throw badRequest('response_format', 'does not go with a forced call');
    return callSteps(request, options);
  }
  if (format == null || format.type === 'text') return null;
  if (hasTools && choice !== 'none')
    throw badRequest(
      'response_format',
      'goes with tools only where tool_choice says that none, or which, is called',
    );
  const grammar =
    format.type === 'json_schema'
      ? jsonSchemaGrammar(format.json_schema.schema, 'response_format.json_schema.schema')
      : jsonSchemaGrammar({ type: 'object' }, 'response_format');
  return function* (blanks) {
    yield grammarStep(blanks, grammar);
  };
}

interface ForcedTool {
  name: string;
  /** Its arguments: the grammar's `root`. */
  grammar: Grammar;
}

function callSteps(
  request: ChatRequest,
  { template, tokenizer, prompt, asked }: StepsOptions,
): (blanks: string) => AnswerSteps {
  const tools = forcedTools(request);
  const form = callForm(template, asked, prompt.text);
  if (form === null)
    throw badRequest(
      'tool_choice',
      'a call cannot be forced: the chat template writes arguments in another form than JSON, or calls in one that is not read here; use auto',
    );
  const isSpecial = (part: string): boolean =>
    tokenizer.special.all.some((token) => part.includes(token));
  const canRepeat = request.tool_choice === 'required' && request.parallel_tool_calls !== false;
  const [only] = tools;
  return function* (blanks) {
    const given = blanks + form.before;
    if (tools.length === 1 && only !== undefined) {
      const before = given + only.name + form.between;
      yield callStep(form, { given: before, root: rule(argumentsRule(0)), tools, isSpecial });
      return;
    }
    // Special tokens are no text that a grammar could have.
    if (isSpecial(form.between)) {
      const names = one(...tools.map(({ name }) => text(name)));
      const name = (yield grammarStep(given, new Map([['root', names]]))).trim();
      const index = tools.findIndex((tool) => tool.name === name);
      if (index < 0) return;
      const root = rule(argumentsRule(index));
      yield callStep(form, { given: form.between, root, tools, isSpecial });
      return;
    }
    const call = one(
      ...tools.map(({ name }, at) => all(text(name), text(form.between), rule(argumentsRule(at)))),
    );
    const { toNext } = form;
    const repeats = canRepeat && toNext !== null && !isSpecial(toNext);
    const root = repeats ? all(call, times(all(text(toNext), call), 0, MOST_CALLS - 1)) : call;
    yield callStep(form, { given, root, tools, isSpecial });
  };
}

/** Calls of one turn. */
const MOST_CALLS = 16;

function argumentsRule(index: number): string {
  return `arguments_${index}`;
}

/** The end of a call is left to the model up to its first special token; the rest is written for it. */
function callStep(
  { after }: CallForm,
  {
    given,
    root,
    tools,
    isSpecial,
  }: {
    given: string;
    root: Expr;
    tools: readonly ForcedTool[];
    isSpecial: (part: string) => boolean;
  },
): AnswerStep {
  const grammar = new Map<string, Expr>([
    ['root', isSpecial(after) ? root : all(root, text(after))],
  ]);
  tools.forEach((tool, index) => {
    for (const [name, expr] of tool.grammar) grammar.set(renamed(name, index), within(expr, index));
  });
  return { ...grammarStep(given, grammar), closing: isSpecial(after) ? after : '' };
}

/** Blanks at the end are left to the model: tokens hold them together with what follows. */
function grammarStep(given: string, grammar: Grammar): AnswerStep {
  const before = given.trimEnd();
  const root = all(text(given.slice(before.length)), grammar.get('root')!);
  return { ...FREE, given: before, grammar: ebnf(new Map([...grammar, ['root', root]])) };
}

/** The rules of one tool's arguments, apart from those of the others. */
function renamed(name: string, index: number): string {
  return name === 'root' ? argumentsRule(index) : `${name}_of_${index}`;
}

function within(expr: Expr, index: number): Expr {
  switch (expr.is) {
    case 'rule':
      return rule(renamed(expr.name, index));
    case 'all':
      return all(...expr.parts.map((part) => within(part, index)));
    case 'one':
      return one(...expr.options.map((option) => within(option, index)));
    case 'times':
      return { ...expr, part: within(expr.part, index) };
    default:
      return expr;
  }
}

function forcedTools({ tools, tool_choice: choice }: ChatRequest): ForcedTool[] {
  const wanted = typeof choice === 'object' ? choice?.function.name : undefined;
  const chosen = (tools ?? []).filter(({ function: { name } }) => (wanted ?? name) === name);
  if (chosen.length === 0) throw badRequest('tool_choice', `${wanted ?? ''} is none of the tools`);
  return chosen.map(({ function: { name, parameters } }, index) => {
    const schema = parameters ?? { type: 'object', properties: {} };
    const isObject = typeof schema === 'object' && !Array.isArray(schema);
    return {
      name,
      grammar: jsonSchemaGrammar(
        isObject ? { type: 'object', ...schema } : schema,
        `tools.${index}.function.parameters`,
      ),
    };
  });
}
