"""Distillation losses and their gradients from PyTorch's autograd in f64.

    python losses_golden.py FILE      writes the cases as JSON

Each case has, for every position: logits of the student [V], the teacher's top k ids and log-probabilities
(null ids where ranks are compared) with the log of the tail's mass (null without a tail), softened already,
the label and the weight; and what is to be got: D, the loss (1 - kd) CE + kd T^power D, and the gradient
of weight * loss by the logits.
"""

import json
import sys

import torch

torch.set_default_dtype(torch.float64)
VOCABULARY = 8
POSITIONS = 3


def kl(p, q):
    return torch.where(p > 0, p * (p / q).log(), torch.zeros_like(p)).sum()


def reverse_kl(p, q):
    return kl(q, p)


def symmetric(lam):
    return lambda p, q: (1 - lam) * kl(p, q) + lam * kl(q, p)


def jsd(beta, divided=True):
    def value(p, q):
        m = beta * p + (1 - beta) * q
        whole = beta * kl(p, m) + (1 - beta) * kl(q, m)
        return whole / (beta * (1 - beta)) if divided else whole

    return value


def alpha(a):
    return lambda p, q: ((p**a * q ** (1 - a)).sum() - 1) / (a * (a - 1))


def skew_kl(lam):
    return lambda p, q: kl(p, lam * p + (1 - lam) * q)


def wasserstein(p, q):
    return (p.cumsum(0) - q.cumsum(0)).abs().sum() / (len(p) - 1)


def uld(p, q):
    return (p - q).abs().sum()


def focal(gamma):
    return lambda p, q: (1 - q[0]).detach() ** gamma * kl(p, q)


def adaptive(p, q, has_tail):
    gap = (p - q).abs()
    before = p.cumsum(0) - p
    is_head = before < 0.5
    if has_tail:
        is_head[-1] = False
    share = ((gap * is_head).sum() / gap.sum()).detach()
    return share * kl(p, q) + (1 - share) * kl(q, p)


# Config name, its parameters, D, the power of T.
LOSSES = [
    ("kl", {}, kl, 2),
    ("reverse_kl", {}, reverse_kl, 2),
    ("symmetric", {}, symmetric(0.5), 2),
    ("symmetric", {"lambda": 0.3}, symmetric(0.3), 2),
    ("jsd", {}, jsd(0.5), 2),
    ("jsd", {"beta": 0.2}, jsd(0.2), 2),
    ("jsd", {"beta": 0.7, "generalizedJsd": True}, jsd(0.7, divided=False), 2),
    ("alpha", {}, alpha(0.5), 2),
    ("alpha", {"alpha": 0.1}, alpha(0.1), 2),
    ("alpha", {"alpha": 0.8}, alpha(0.8), 2),
    ("skew_kl", {}, skew_kl(0.1), 2),
    ("wasserstein", {}, wasserstein, 1),
    ("uld", {}, uld, 1),
    ("focal", {}, focal(2), 2),
    ("adaptive", {}, adaptive, 2),
]
# k, kd, T
SETTINGS = [(3, 0.7, 1.0), (VOCABULARY, 1.0, 1.0), (3, 0.4, 2.0), (1, 0.7, 1.0)]


def f32(tensor):
    """Numbers that f32 holds, so that both sides start from the same."""
    return tensor.to(torch.float32).to(torch.float64)


def teacher(generator, k):
    logp = torch.randn(VOCABULARY, generator=generator).mul(2).log_softmax(0)
    logp, ids = logp.sort(descending=True)
    tail = None if k == VOCABULARY else f32(logp[k:].logsumexp(0))
    return ids[:k], f32(logp[:k]), tail


def divergence(function, name, cells, logits, temperature):
    ids, logp, tail = cells
    q = (logits / temperature).softmax(0)
    if name == "uld":
        ids = q.sort(descending=True).indices[: len(logp)]
    is_rest = torch.ones(VOCABULARY, dtype=torch.bool)
    is_rest[ids] = False
    p, q_cells = logp.exp(), q[ids]
    if tail is not None:
        p = torch.cat([p, tail.exp().reshape(1)])
        q_cells = torch.cat([q_cells, q[is_rest].sum().reshape(1)])
    if name == "adaptive":
        return function(p, q_cells, tail is not None)
    return function(p, q_cells)


def position(generator, loss, setting):
    name, _, function, power = loss
    k, kd, temperature = setting
    logits = f32(torch.randn(VOCABULARY, generator=generator) * 2).requires_grad_()
    cells = teacher(generator, k)
    label = int(torch.randint(VOCABULARY, (1,), generator=generator))
    weight = float(f32(torch.rand(1, generator=generator)))
    value = divergence(function, name, cells, logits, temperature)
    cross_entropy = -logits.log_softmax(0)[label]
    total = (1 - kd) * cross_entropy + kd * temperature**power * value
    (weight * total).backward()
    ids, logp, tail = cells
    return {
        "logits": rounded(logits.detach()),
        "ids": None if name == "uld" else ids.tolist(),
        "logp": rounded(logp),
        "tail": None if tail is None else float(tail),
        "label": label,
        "weight": weight,
        "divergence": rounded(value.detach()),
        "loss": rounded(total.detach()),
        "gradient": rounded(logits.grad),
    }


def rounded(tensor):
    def short(x):
        return float(f"{x:.9g}")

    values = tensor.tolist()
    return [short(x) for x in values] if isinstance(values, list) else short(values)


def main(path):
    generator = torch.Generator().manual_seed(2026)
    cases = [
        {
            "name": loss[0],
            "parameters": loss[1],
            "kd": setting[1],
            "temperature": setting[2],
            "positions": [position(generator, loss, setting) for _ in range(POSITIONS)],
        }
        for loss in LOSSES
        for setting in SETTINGS
    ]
    with open(path, "w") as file:
        json.dump(cases, file, indent=None, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
