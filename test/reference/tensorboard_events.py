"""What TensorBoard, the program to agree with, reads from a folder of event files, as JSON.

    python tensorboard_events.py read FOLDER

{tag: [[step, wall time, value], ...]}, after TensorBoard has dropped what a resumed run writes again.
goldens/tensorboard/read.json is its answer for the event files beside it, which our writer made.
"""

import json
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

command, folder = sys.argv[1:]
if command != "read":
    sys.exit(__doc__)
accumulator = EventAccumulator(folder, size_guidance={"scalars": 0})
accumulator.Reload()
scalars = {
    tag: [[event.step, event.wall_time, event.value] for event in accumulator.Scalars(tag)]
    for tag in accumulator.Tags()["scalars"]
}
print(json.dumps(scalars, indent=1, sort_keys=True))
