"""What the bridges share: the protocol of docs/environments.md, JSON lines over stdin and stdout.

A game is an object with
  reset(split, seed, index) -> (task, observation, kind)
  step(action) -> (observation, done, success)
  valid() -> the actions that can be taken now, or None
  expert() -> the actions that win from the beginning, or None
"""

import json
import os
import sys


def serve(make_game, version, splits):
    """Answers requests until stdin ends. Games that are closed are played again: making one may be slow."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not get among the answers
    games, free = {}, []

    def answer(request):
        op, name = request["op"], request.get("game")
        if op == "hello":
            return {"version": version, "splits": splits}
        if op == "close":
            if name in games:
                free.append(games.pop(name))
            return None
        if op == "reset":
            game = games[name] = games.get(name) or (free.pop() if free else make_game())
            task, observation, kind = game.reset(request["split"], request["seed"], request["index"])
            return {"task": task, "observation": observation, "kind": kind}
        game = games[name]
        if op == "step":
            observation, done, success = game.step(request["action"])
            return {"observation": observation, "done": bool(done), "success": bool(success)}
        if op == "valid":
            return {"actions": game.valid()}
        if op == "expert":
            actions = game.expert()
            return {"turns": actions and [{"action": action} for action in actions]}
        raise ValueError(f"unknown op {op}")

    for line in sys.stdin:
        request = json.loads(line)
        try:
            reply = answer(request)
        except Exception as error:  # of this game; the others go on
            reply = {"error": f"{type(error).__name__}: {error}"}
        if "id" in request:
            out.write(json.dumps({"id": request["id"], **(reply or {})}) + "\n")
            out.flush()


def variation(choices, seed, index):
    """The game of a list that a key names: neighbours have other seeds, and none comes twice too soon."""
    return choices[(seed * 101 + index) % len(choices)]
