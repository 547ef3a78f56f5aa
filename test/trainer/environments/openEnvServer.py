"""A guessing game behind OpenEnv's own server, for tests. Arguments: a port, and how many sessions it allows."""

import random
import sys

import uvicorn
from openenv.core.env_server.http_server import create_app
from openenv.core.env_server.interfaces import Environment
from openenv.core.env_server.types import Action, Observation, State


class Guess(Action):
    said: str


class Seen(Observation):
    shown: str
    goal: str = ""


class Doors(Environment):
    SUPPORTS_CONCURRENT_SESSIONS = True

    def __init__(self):
        super().__init__()
        self.door = 0

    def reset(self, seed=None, episode_id=None, **kwargs):
        self.door = random.Random(seed).randint(1, 3)
        return Seen(shown=f"behind door {self.door}\na bird sings", goal="find the garden")

    def step(self, action):
        if action.said == "break":
            raise RuntimeError("the door is broken")
        won = action.said == f"open door {self.door}"
        return Seen(shown="a garden" if won else "a wall", done=True, reward=1.0 if won else 0.0)

    @property
    def state(self):
        return State()


app = create_app(Doors, Guess, Seen, env_name="doors", max_concurrent_envs=int(sys.argv[2]))
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
