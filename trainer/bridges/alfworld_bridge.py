"""ALFWorld's text games, of which ALFWORLD_DATA (default ~/.cache/alfworld) has the downloaded ones."""

import os
import sys
from glob import glob
from hashlib import sha256
from importlib.metadata import version

import textworld
import textworld.gym
from alfworld.agents.environment.alfred_tw_env import AlfredDemangler
from deepcoder_bridge import serve, variation

DATA = os.environ.get("ALFWORLD_DATA") or os.path.expanduser("~/.cache/alfworld")
SPLITS = ["train", "valid_seen", "valid_unseen"]
GAMES = {
    split: sorted(glob(os.path.join(DATA, "json_2.1.1", split, "**", "game.tw-pddl"), recursive=True))
    for split in SPLITS
}
if not any(GAMES.values()):
    sys.exit(f"no games in {DATA}/json_2.1.1; run alfworld-download, or set ALFWORLD_DATA")

INFOS = textworld.EnvInfos(admissible_commands=True, won=True, policy_commands=True)
TASK = "Your task is to: "


class Game:
    def reset(self, split, seed, index):
        file = variation(GAMES[split], seed, index)
        wrappers = [AlfredDemangler(shuffle=False)]
        name = textworld.gym.register_games([file], INFOS, max_episode_steps=10**6, wrappers=wrappers)
        self.env = textworld.gym.make(name)
        text, self.infos = self.env.reset()
        self.plan = list(self.infos["policy_commands"])
        room, _, task = text.partition(TASK)
        room = room.replace("-= Welcome to TextWorld, ALFRED! =-", "").strip()
        kind = os.path.basename(os.path.dirname(os.path.dirname(file))).split("-")[0]
        return task.strip(), room, kind

    def step(self, action):
        observation, _, done, self.infos = self.env.step(action)
        return observation, done, self.infos["won"]

    def valid(self):
        return sorted(self.infos["admissible_commands"])

    def expert(self):
        return self.plan or None


names = "\n".join(os.path.relpath(file, DATA) for files in GAMES.values() for file in files)
digest = sha256(names.encode()).hexdigest()[:12]
serve(Game, f"alfworld {version('alfworld')}, games {digest}", [split for split in SPLITS if GAMES[split]])
