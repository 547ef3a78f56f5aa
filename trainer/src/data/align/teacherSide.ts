import type { Tokenizer } from '../../tokenizer/tokenizer.ts';
import { openChatTemplate } from '../render/chatTemplate.ts';
import type { RenderContext } from '../render/renderRecord.ts';

/** How a teacher with a tokenizer of its own is shown what the student learns. */
export interface TeacherSide extends RenderContext {
  /** Its token for each token of the student that ends a turn or a text. */
  ends: ReadonlyMap<number, number>;
}

export function teacherSide(student: RenderContext, tokenizer: Tokenizer): TeacherSide {
  const { settings } = student;
  const template = student.template === null ? null : openChatTemplate(tokenizer);
  const side = { settings, tokenizer, template, vision: null };
  return { ...side, ends: pairedEnds(student, side) };
}

/** Tokens that end the same thing: a text, a turn, a turn with calls. The first meaning of a token holds. */
function pairedEnds(student: RenderContext, teacher: RenderContext): Map<number, number> {
  const [own, theirs] = [endTokens(student), endTokens(teacher)];
  const paired = new Map<number, number>();
  own.forEach((token, meaning) => {
    const other = theirs[meaning] ?? null;
    if (token !== null && other !== null && !paired.has(token)) paired.set(token, other);
  });
  return paired;
}

function endTokens({ tokenizer, template }: RenderContext): (number | null)[] {
  const idOf = (token: string | null): number | null =>
    token === null ? null : tokenizer.idOf(token);
  const { answer, call } = template?.traits.stops ?? { answer: null, call: null };
  return [
    answer === null ? null : idOf(answer.token),
    call === null ? null : idOf(call.token),
    tokenizer.special.eosTokenId,
  ];
}
