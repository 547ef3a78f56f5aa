import { z } from 'zod';
import { BadAnswer } from '../../http/badAnswer.ts';
import type { HttpService } from '../../http/httpService.ts';

const modelsJson = z.object({
  data: z
    .array(
      z.object({
        id: z.string(),
        root: z.string().nullish(),
        max_model_len: z.number().nullish(),
      }),
    )
    .min(1),
});

/** What `/v1/models` says, which SGLang and vLLM answer alike. */
export async function readModels(
  service: HttpService,
  signal?: AbortSignal,
): Promise<{ models: string[]; contextLength: number | null }> {
  const { data } = await service.ask({
    path: '/v1/models',
    read: (answer) => checked(modelsJson, answer),
    signal,
  });
  const models = data.flatMap(({ id, root }) => (root == null ? [id] : [id, root]));
  return { models: [...new Set(models)], contextLength: data[0]?.max_model_len ?? null };
}

/** An answer as its schema has it; anything else is a bad answer. */
export function checked<T>(schema: z.ZodType<T>, answer: unknown): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.join('.') ?? '';
  throw new BadAnswer(
    `the answer is not as this server's kind gives it (${place}: ${issue?.message ?? ''})`,
  );
}
