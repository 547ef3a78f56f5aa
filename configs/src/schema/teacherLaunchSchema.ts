import { z } from 'zod';

const word = z.string().min(1);

/** How `deepcoder teacher start` starts a teacher's server. */
export const teacherLaunchSchema = z
  .strictObject({
    host: word.nullable().default(null).meta({
      description:
        'Where it runs: a host as ssh knows it (its port is forwarded to this machine); null: this machine.',
    }),
    command: z.array(word).min(1).nullable().default(null).meta({
      description:
        'The program with its first arguments, for another Python or a container; null: python -m sglang.launch_server, or vllm serve.',
    }),
    port: z.int().min(1).max(65_535).nullable().default(null).meta({
      description: "The server's port on its loopback address; null: a free one.",
    }),
    tensor_parallel: z.int().min(1).default(1).meta({
      description: 'GPUs that share the model.',
      unit: 'GPUs',
    }),
    memory_fraction: z.number().gt(0).lte(1).nullable().default(null).meta({
      description: "Share of the GPU's memory for the server; null: as the server chooses.",
    }),
    batch_tokens: z.int().min(16).nullable().default(null).meta({
      description:
        'Tokens that it reads at once (chunked prefill). Halved where the server runs out of memory while it starts; null: as the server chooses.',
      unit: 'tokens',
    }),
    quantization: word.nullable().default(null).meta({
      description: "The server's own name of a quantisation, such as fp8; null: none.",
    }),
    args: z.array(word).default([]).meta({ description: 'Further arguments for the server.' }),
    ready_within: z.number().gt(0).default(1800).meta({
      description: 'How long downloading, loading and compiling may take together.',
      unit: 'seconds',
    }),
  })
  .nullable()
  .default(null)
  .meta({
    description:
      'How deepcoder teacher start starts the server; null: it is started elsewhere, and teacher.url says where it is.',
  });
