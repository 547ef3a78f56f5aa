/** What a model has to know to play: the commands, and how a turn is written. */
export const HOUSEHOLD_RULES = `You act in a small household. Each turn, write a thought and one action:

Thought: <why>
Action: <command>

Commands: go to <place>, open <place>, close <place>, take <thing> from <place>, put <thing> in <place>, clean <thing> with <place>, heat <thing> with <place>, cool <thing> with <place>, use <place>, look, inventory.
You carry one thing at a time. The task is done as soon as the household is as it asks.`;
