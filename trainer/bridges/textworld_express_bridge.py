"""TextWorldExpress. Arguments: a game (cookingworld, coin, mapreader, ...) and its settings as NAME=NUMBER."""

import sys
from importlib.metadata import version

from deepcoder_bridge import serve, variation
from textworld_express import TextWorldExpressEnv

GAME, SETTINGS = (sys.argv[1:2] or ["cookingworld"])[0], ",".join(sys.argv[2:])
# Seeds of the package's own folds. The test fold's kitchens have other furniture than those of the other two.
FOLDS = {"train": range(0, 1000), "dev": range(10000, 11000), "test": range(20000, 21000)}


class Game:
    first = None  # all games share its JVM: the package ends the JVM when an object of its own is deleted

    def __init__(self):
        if Game.first is None:
            Game.first = self.env = TextWorldExpressEnv(envStepLimit=10**6)
        else:
            self.env = object.__new__(TextWorldExpressEnv)
            self.env.__dict__.update(Game.first.__dict__)
            runtime = Game.first._gateway.jvm.textworldexpress.runtime
            self.env.server = runtime.PythonInterface()
        self.env.load(GAME, SETTINGS)

    def reset(self, split, seed, index):
        number = variation(FOLDS[split], seed, index)
        observation, self.info = self.env.reset(seed=number, gameFold=split, generateGoldPath=True)
        return self.env.getTaskDescription(), observation, GAME

    def step(self, action):
        observation, _, done, self.info = self.env.step(action)
        return observation, done, self.info["tasksuccess"]

    def valid(self):
        return sorted(self.info["validActions"])

    def expert(self):
        return list(self.env.getGoldActionSequence())


serve(Game, f"textworld-express {version('textworld-express')}", list(FOLDS))
