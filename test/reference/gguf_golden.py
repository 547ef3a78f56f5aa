"""Golden vectors of ggml's formats: random blocks and what the Python package gguf makes of them.

python gguf_golden.py > goldens/gguf.json
"""

import base64
import json

import numpy as np
from gguf import GGMLQuantizationType, quants
from gguf.constants import GGML_QUANT_SIZES

TYPES = ["F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q4_K", "Q5_K", "Q6_K"]
# Where the f16 scales lie in a block: random bits there would often be NaN.
HALVES = {
    "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0],
    "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208],
}
BLOCKS = 6


def text(array: np.ndarray) -> str:
    return base64.b64encode(array.tobytes()).decode()


def main() -> None:
    random = np.random.default_rng(20260101)
    out = {}
    for name in TYPES:
        kind = GGMLQuantizationType[name]
        values, size = GGML_QUANT_SIZES[kind]
        blocks = BLOCKS if values > 1 else 64
        raw = random.integers(0, 256, (blocks, size), dtype=np.uint8)
        for place in HALVES.get(name, []):
            halves = random.normal(0, 0.05, blocks).astype(np.float16)
            raw[:, place : place + 2] = halves.view(np.uint8).reshape(blocks, 2)
        if name in ("F16", "BF16"):
            floats = random.normal(0, 1, blocks).astype(np.float32)
            bits = floats.view(np.uint32) >> 16
            raw = floats.astype(np.float16).view(np.uint8) if name == "F16" else bits.astype(np.uint16).view(np.uint8)
        got = quants.dequantize(raw.reshape(1, -1), kind).astype(np.float32).ravel()
        assert np.isfinite(got).all() and got.size == blocks * values, name
        out[name] = {"bytes": text(raw), "values": text(got)}
    print(json.dumps(out, indent=1))


if __name__ == "__main__":
    main()
