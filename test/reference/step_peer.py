"""One training step of a Llama-type decoder in eager PyTorch, for `npm run bench` to time beside ours.

The argument is a JSON object of sizes. The first line written names the program; then each line read, a
number, is answered by a line with the milliseconds of as many steps: forward, cross-entropy at every
position, backward, clipping of the gradient norm, AdamW. Float32, all cores, random weights and tokens.
"""

import json
import os
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

BASE = 10_000
EPS = 1e-5


def matrix(rows, columns):
    return nn.Parameter(torch.randn(rows, columns) * 0.02)


class Layer(nn.Module):
    def __init__(self, width, inner, heads):
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.o = (matrix(width, width) for _ in range(4))
        self.gate, self.up, self.down = matrix(inner, width), matrix(inner, width), matrix(width, inner)
        self.attention_norm = nn.Parameter(torch.ones(width))
        self.mlp_norm = nn.Parameter(torch.ones(width))

    def forward(self, x, cos, sin):
        rows, length, width = x.shape
        h = F.rms_norm(x, (width,), self.attention_norm, EPS)
        q, k, v = (
            F.linear(h, w).view(rows, length, self.heads, -1).transpose(1, 2) for w in (self.q, self.k, self.v)
        )
        attended = F.scaled_dot_product_attention(rotate(q, cos, sin), rotate(k, cos, sin), v, is_causal=True)
        x = x + F.linear(attended.transpose(1, 2).reshape(rows, length, width), self.o)
        h = F.rms_norm(x, (width,), self.mlp_norm, EPS)
        return x + F.linear(F.silu(F.linear(h, self.gate)) * F.linear(h, self.up), self.down)


def rotate(x, cos, sin):
    half = x.shape[-1] // 2
    return x * cos + torch.cat([-x[..., half:], x[..., :half]], -1) * sin


class Decoder(nn.Module):
    def __init__(self, size):
        super().__init__()
        width, heads = size["hidden_size"], size["num_attention_heads"]
        self.embedding = matrix(size["vocab_size"], width)
        self.head = self.embedding if size["tie_word_embeddings"] else matrix(size["vocab_size"], width)
        self.layers = nn.ModuleList(
            Layer(width, size["intermediate_size"], heads) for _ in range(size["num_hidden_layers"])
        )
        self.norm = nn.Parameter(torch.ones(width))
        head_dim = width // heads
        rates = 1 / BASE ** (torch.arange(0, head_dim, 2) / head_dim)
        angles = torch.outer(torch.arange(size["length"]), rates)
        self.cos, self.sin = (torch.cat([table] * 2, -1) for table in (angles.cos(), angles.sin()))

    def forward(self, ids):
        x = F.embedding(ids, self.embedding)
        for layer in self.layers:
            x = layer(x, self.cos, self.sin)
        return F.linear(F.rms_norm(x, x.shape[-1:], self.norm, EPS), self.head)


def main(size):
    torch.manual_seed(0)
    torch.set_num_threads(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())
    decoder = Decoder(size)
    optimizer = torch.optim.AdamW(decoder.parameters(), lr=1e-3)
    ids, labels = (torch.randint(0, size["vocab_size"], (size["rows"], size["length"])) for _ in range(2))

    def step():
        began = time.perf_counter()
        logits = decoder(ids)
        F.cross_entropy(logits.view(-1, size["vocab_size"]), labels.view(-1)).backward()
        nn.utils.clip_grad_norm_(decoder.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        return 1000 * (time.perf_counter() - began)

    print(json.dumps(f"PyTorch {torch.__version__}"), flush=True)
    for line in sys.stdin:
        print(json.dumps([step() for _ in range(int(line))]), flush=True)


main(json.loads(sys.argv[1]))
