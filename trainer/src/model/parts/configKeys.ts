import { type CamelKeys, camelKeys, snakeKeys } from '@deepcoder/config';
import { z } from 'zod';

/** Keys of a `config.json`: read into the code's spelling, and written back. */
export interface ConfigKeys<T> {
  read(json: Record<string, unknown>): { value: T | null; faults: string[] };
  /** Those of a config that are the group's. */
  write(config: T): Record<string, unknown>;
}

/** What a group of keys gives. */
export type ValuesOf<K> = K extends ConfigKeys<infer T> ? T : never;

/** The keys of a zod shape, in snake_case; what else a file has is left to others. */
export function configKeys<S extends z.ZodRawShape>(
  shape: S,
): ConfigKeys<CamelKeys<z.infer<z.ZodObject<S>>>> {
  const schema = z.object(shape);
  type Values = CamelKeys<z.infer<typeof schema>>;
  return {
    read(json) {
      const parsed = schema.safeParse(json);
      return {
        value: parsed.success ? (camelKeys(parsed.data) as Values) : null,
        faults: faultsOf(parsed.error),
      };
    },
    write(config) {
      const written = snakeKeys(config);
      return Object.fromEntries(Object.keys(shape).map((key) => [key, written[key]]));
    },
  };
}

/** Sentences for what a schema refused */
function faultsOf(error: z.ZodError | undefined): string[] {
  return (error?.issues ?? []).map((issue) => `"${issue.path.join('.')}": ${issue.message}`);
}

export const size = z.int().positive();
export const positive = z.number().positive();
