import { z } from 'zod';

/** Environments that are part of the program. */
export const BUILT_IN_ENVIRONMENTS = ['household'] as const;

/** Worlds for which a bridge lies in `trainer/bridges`. */
const BRIDGES = ['textworld-express', 'scienceworld', 'alfworld'] as const;

const fields = z
  .strictObject({
    action: z.string().min(1).default('message').meta({
      description: "Field of the server's action that takes what the student does.",
    }),
    observation: z.string().min(1).default('text').meta({
      description: "Field of the server's observation that the student reads.",
    }),
    task: z.string().min(1).nullable().default(null).meta({
      description: 'Field of the first observation that says the task; null: env.NAME.task is it.',
    }),
    success: z.string().min(1).nullable().default(null).meta({
      description: 'Field of the observation that is true once the game is won; null: the reward.',
    }),
  })
  .prefault({})
  .meta({ description: 'For protocol: openenv. Which fields of its messages say what.' });

const environment = z
  .strictObject({
    command: z.array(z.string().min(1)).min(1).nullable().default(null).meta({
      description:
        'A program that plays games over JSON lines (docs/environments.md), and its arguments.',
    }),
    bridge: z.enum(BRIDGES).nullable().default(null).meta({
      description: 'A world that deepcoder setup environment NAME has set up.',
    }),
    arguments: z.array(z.string()).default([]).meta({
      description: 'For bridge: which games, for example [cookingworld, numLocations=1].',
    }),
    url: z.string().min(1).nullable().default(null).meta({
      description: 'Address of a server that plays games.',
    }),
    protocol: z.enum(['openenv', 'agentgym']).default('openenv').meta({
      description: 'For url: how the server is spoken to.',
    }),
    fields,
    task: z.string().default('').meta({
      description: 'For url: what the student is asked to do, where the server does not say it.',
    }),
    success_reward: z.number().default(1).meta({
      description: 'For url: a game that ends with this reward or more is won.',
    }),
    sessions: z.int().min(1).max(4096).default(1).meta({
      description:
        'For url: games at once; an OpenEnv server allows 1 unless it is told otherwise.',
      unit: 'games',
    }),
    processes: z.int().min(1).max(256).default(1).meta({
      description: 'For command and bridge: programs side by side; games are spread over them.',
      unit: 'programs',
    }),
    timeout: z.number().gt(0).max(86_400).default(60).meta({
      description: 'For each answer; a program that lets it pass is ended and started again.',
      unit: 'seconds',
    }),
  })
  .meta({ description: 'An environment: give one of command, bridge and url.' });

export const environmentsSchema = z
  .record(z.string().regex(/^[A-Za-z0-9][\w.-]{0,63}$/), environment)
  .default({})
  .meta({
    description:
      'Environments beside the built-in household, by a name of your own; eval.environments, train.rollout and deepcoder play speak of them by it.',
  });

export const panelSchema = z
  .strictObject({
    name: z.string().min(1).meta({
      description: 'household, or a name from env.',
    }),
    split: z.string().min(1).default('test').meta({
      description: 'Which of its games: test, or another split that the environment has.',
    }),
    games: z.int().min(1).max(100_000).default(100).meta({
      description: 'How many games.',
      unit: 'games',
    }),
    seed: z.int().min(0).max(4_294_967_295).default(7).meta({
      description: 'Which games of the split. It has nothing to do with run.seed.',
    }),
    max_turns: z.int().min(1).max(10_000).default(30).meta({
      description: 'Turns after which a game is lost.',
      unit: 'turns',
    }),
  })
  .meta({ description: 'Games of one environment that are played.' });
