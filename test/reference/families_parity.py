"""Tiny random models of every family, made by transformers and peft, the programs to agree with.

    python families_parity.py make FOLDER [CASE...]   one folder a case, see below
    python families_parity.py read CHECKPOINT...      logits of checkpoints that another program saved, as JSON

`make` writes for each case the checkpoint as transformers saves it, `adapter/`, an adapter on all linear
modules as peft saves it, and golden.safetensors, everything float32 (the attention is the eager one):

    logits [2, 24, V]   of `fixed_ids`
    greedy [12]         what follows the first 5 of them, the likeliest token each time
    adapted [2, 24, V]  logits with the adapter
    step.NAME           each parameter after one step of AdamW (STEP; decay on matrices only) on the mean
                        cross-entropy of every next token
"""

import argparse
import json
import pathlib

import peft
import safetensors.torch
import torch
import transformers
from transformers import AutoModelForCausalLM

from llama_parity import VOCABULARY, fixed_ids

STEP = dict(lr=1e-3, betas=(0.9, 0.95), eps=1e-4)
DECAY = 0.1
PROMPT = 5
GREEDY = 12

# Heads wider than the hidden size, keys shared by two heads.
DECODER = dict(
    vocab_size=VOCABULARY,
    hidden_size=16,
    intermediate_size=20,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    head_dim=8,
    rms_norm_eps=1e-5,
    rope_theta=500.0,
    max_position_embeddings=64,
    bos_token_id=1,
    eos_token_id=2,
    pad_token_id=None,
)
# Of families whose heads have the size hidden / heads.
PLAIN = {**DECODER, "head_dim": 4}

YARN = dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=16, beta_fast=4.0)
LONG = dict(rope_type="longrope", short_factor=[1.0, 1.5, 2.0], long_factor=[1.5, 3.0, 6.0])
GPT2 = dict(
    vocab_size=VOCABULARY,
    n_embd=16,
    n_layer=2,
    n_head=4,
    n_positions=32,
    bos_token_id=1,
    eos_token_id=2,
    resid_pdrop=0.0,
    embd_pdrop=0.0,
    attn_pdrop=0.0,
)
OPT = dict(
    vocab_size=VOCABULARY,
    hidden_size=16,
    ffn_dim=20,
    num_hidden_layers=2,
    num_attention_heads=4,
    max_position_embeddings=32,
    pad_token_id=None,
    bos_token_id=1,
    eos_token_id=2,
    dropout=0.0,
)

CASES = {
    "llama-bias": ("llama", dict(**DECODER, attention_bias=True, mlp_bias=True)),
    "llama-yarn": ("llama", dict(**DECODER, rope_scaling=YARN)),
    "llama-dynamic": (
        "llama",
        {**DECODER, "max_position_embeddings": 16, "rope_scaling": dict(rope_type="dynamic", factor=2.0)},
    ),
    "qwen2": ("qwen2", dict(**PLAIN, tie_word_embeddings=True)),
    "qwen2-window": (
        "qwen2",
        dict(**PLAIN, use_sliding_window=True, sliding_window=6, max_window_layers=1),
    ),
    "qwen3": ("qwen3", dict(**DECODER, tie_word_embeddings=True)),
    "mistral": ("mistral", dict(**DECODER, sliding_window=7)),
    "gemma3": (
        "gemma3_text",
        {
            **DECODER,
            "num_hidden_layers": 3,
            "sliding_window": 5,
            "query_pre_attn_scalar": 12,
            "rope_theta": 3000.0,
            "rope_local_base_freq": 100.0,
            "rope_scaling": dict(rope_type="linear", factor=2.0),
            "layer_types": ["sliding_attention", "full_attention", "sliding_attention"],
        },
    ),
    "phi3": (
        "phi3",
        dict(
            **{**PLAIN, "head_dim": 8, "num_attention_heads": 2, "num_key_value_heads": 1},
            partial_rotary_factor=0.75,
            original_max_position_embeddings=32,
            rope_scaling=LONG,
            sliding_window=9,
        ),
    ),
    "phi3-long": (
        "phi3",
        dict(
            **{**PLAIN, "head_dim": 8, "num_attention_heads": 2, "num_key_value_heads": 1},
            partial_rotary_factor=0.75,
            original_max_position_embeddings=16,
            rope_scaling=LONG,
        ),
    ),
    "smollm3": ("smollm3", dict(**{**PLAIN, "num_hidden_layers": 3}, no_rope_layers=[1, 0, 1])),
    "olmo2": ("olmo2", dict(**PLAIN)),
    "granite": (
        "granite",
        dict(
            **PLAIN,
            tie_word_embeddings=True,
            embedding_multiplier=3.0,
            attention_multiplier=0.4,
            residual_multiplier=0.7,
            logits_scaling=2.0,
        ),
    ),
    "gpt2": ("gpt2", GPT2),
    "gpt2-inverse": ("gpt2", dict(**GPT2, scale_attn_by_inverse_layer_idx=True)),
    "opt": ("opt", OPT),
    "opt-projected": ("opt", dict(**OPT, word_embed_proj_dim=8, do_layer_norm_before=False)),
}


def make(folder: pathlib.Path, cases: list[str]) -> None:
    for case in cases or CASES:
        make_case(folder / case, *CASES[case])


def make_case(folder: pathlib.Path, model_type: str, options: dict) -> None:
    torch.manual_seed(1)
    config = transformers.AutoConfig.for_model(model_type, **options)
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager", dtype=torch.float32)
    randomize(model.named_parameters(), deviation=0.3)
    model.save_pretrained(folder)
    tensors = {"logits": logits_of(load(folder)), "greedy": greedy_of(load(folder))}
    tensors["adapted"] = make_adapter(folder / "adapter", load(folder))
    tensors |= {f"step.{name}": value for name, value in stepped(load(folder)).items()}
    detached = {name: value.detach().contiguous() for name, value in tensors.items()}
    safetensors.torch.save_file(detached, folder / "golden.safetensors", metadata={"format": "pt"})


def randomize(parameters, deviation: float) -> None:
    """Wide enough that every part of the model shows in the logits; weights of norms around their mean."""
    for name, value in parameters:
        is_norm = value.ndim == 1 and name.endswith("weight")
        value.data = (value.data.mean() if is_norm else 0) + torch.randn_like(value) * deviation


def load(folder: pathlib.Path):
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
    return model.eval()


def logits_of(model) -> torch.Tensor:
    with torch.no_grad():
        return model(input_ids=fixed_ids()).logits


def greedy_of(model) -> torch.Tensor:
    """Without a cache, so that nothing but the model decides."""
    ids = fixed_ids()[:1, :PROMPT]
    for _ in range(GREEDY):
        with torch.no_grad():
            best = model(input_ids=ids, use_cache=False).logits[:, -1].argmax(-1, keepdim=True)
        ids = torch.cat([ids, best], 1)
    return ids[0, PROMPT:].to(torch.float32)


def make_adapter(folder: pathlib.Path, model) -> torch.Tensor:
    torch.manual_seed(2)
    config = peft.LoraConfig(task_type="CAUSAL_LM", r=2, lora_alpha=4, target_modules="all-linear")
    adapted = peft.get_peft_model(model, config)
    trained = [(name, value) for name, value in adapted.named_parameters() if value.requires_grad]
    for _, value in trained:
        value.data = torch.randn_like(value) * 0.3
    adapted.save_pretrained(folder)
    # save_pretrained notes where the base was on this machine, and keeps the target modules as a set.
    file = folder / "adapter_config.json"
    noted = json.loads(file.read_text())
    noted["base_model_name_or_path"] = "base"
    noted["target_modules"] = sorted(noted["target_modules"])
    file.write_text(json.dumps(noted, indent=2, sort_keys=True))
    (folder / "README.md").unlink()
    return logits_of(adapted)


def stepped(model) -> dict[str, torch.Tensor]:
    ids = fixed_ids()
    model(input_ids=ids, labels=ids).loss.backward()
    matrices = [value for value in model.parameters() if value.ndim > 1]
    vectors = [value for value in model.parameters() if value.ndim == 1]
    groups = [dict(params=matrices, weight_decay=DECAY), dict(params=vectors, weight_decay=0.0)]
    torch.optim.AdamW(groups, **STEP).step()
    return dict(model.named_parameters())


def read(folder: pathlib.Path) -> dict:
    model, info = AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True
    )
    problems = sorted(str(name) for names in info.values() for name in names)
    return {"logits": logits_of(model.eval()).flatten().tolist(), "problems": problems}


def main() -> None:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make")
    making.add_argument("folder", type=pathlib.Path)
    making.add_argument("cases", nargs="*")
    commands.add_parser("read").add_argument("folders", type=pathlib.Path, nargs="+")
    arguments = parser.parse_args()
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    torch.set_num_threads(1)
    if arguments.command == "make":
        make(arguments.folder, arguments.cases)
    else:
        print(json.dumps({str(folder): read(folder) for folder in arguments.folders}))


if __name__ == "__main__":
    main()
