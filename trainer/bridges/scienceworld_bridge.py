"""ScienceWorld. Arguments: tasks (find-living-thing, lifespan-longest-lived, ...), by turns; default: two easy ones."""

import sys
from importlib.metadata import version

from deepcoder_bridge import serve, variation
from scienceworld import ScienceWorldEnv

TASKS = sys.argv[1:] or ["find-living-thing", "lifespan-longest-lived"]
SIMPLIFIED = "easy"


class Game:
    first = None  # all games share its JVM: the package ends the JVM when an object of its own is deleted

    def __init__(self):
        if Game.first is None:
            Game.first = self.env = ScienceWorldEnv("", envStepLimit=10**6)
        else:
            self.env = object.__new__(ScienceWorldEnv)
            self.env.__dict__.update(Game.first.__dict__)
            runtime = Game.first._gateway.jvm.scienceworld.runtime
            self.env.server = runtime.pythonapi.PythonInterface()

    def reset(self, split, seed, index):
        task = TASKS[index % len(TASKS)]
        self.env.load(task, 0, SIMPLIFIED)
        choices = list(getattr(self.env, f"get_variations_{split}")())
        number = variation(choices, seed, index // len(TASKS))
        self.env.load(task, number, SIMPLIFIED, generateGoldPath=True)
        observation, _ = self.env.reset()
        return self.env.get_task_description(), observation, task

    def step(self, action):
        # env.step asks for a look, the inventory and every valid action besides, and takes ten times as long.
        observation = self.env.server.step(action)
        score = self.env.server.getScore()
        return observation, self.env.server.getCompleted(), score >= 1

    def valid(self):
        return sorted(self.env.get_valid_action_object_combinations())

    def expert(self):
        return list(self.env.get_gold_action_sequence())


serve(Game, f"scienceworld {version('scienceworld')}", ["train", "dev", "test"])
