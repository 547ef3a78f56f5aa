"""Llama checkpoints and LoRA adapters made and read by transformers and peft, the programs to agree with.

    python llama_parity.py make FOLDER            tiny random checkpoints with logits, loss and gradients
    python llama_parity.py read CHECKPOINT...     logits of checkpoints that another program saved, as JSON
                          [--base CHECKPOINT]     (an adapter folder is put on this base)

`make` writes one folder a case: the checkpoint or adapter as its program saves it, and
golden.safetensors with `logits` [2, 24, V], `loss` [1] (mean cross-entropy of every next token) and the
gradient of the loss under each parameter's name. All of them are float32, computed with the weights
as stored; the ids are `fixed_ids`. The attention is the eager one.
"""

import argparse
import json
import pathlib

import peft
import safetensors.torch
import torch
import transformers
from transformers import LlamaConfig, LlamaForCausalLM

VOCABULARY = 17
SHAPE = (2, 24)

# Heads wider than the hidden size, keys shared by two heads, two tokens that end.
BASE = dict(
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
    eos_token_id=[2, 3],
    tie_word_embeddings=False,
)

# With theta 500 and 32 original positions llama3 keeps the first frequency, blends the second, divides the rest.
LLAMA3 = dict(
    rope_type="llama3",
    factor=8.0,
    low_freq_factor=1.0,
    high_freq_factor=4.0,
    original_max_position_embeddings=32,
)

CHECKPOINTS = {
    "untied": (dict(), dict()),
    "tied": (dict(tie_word_embeddings=True), dict()),
    "rope-llama3": (dict(rope_scaling=LLAMA3), dict()),
    "rope-linear": (dict(rope_scaling=dict(rope_type="linear", factor=4.0)), dict()),
    "sharded": (dict(), dict(max_shard_size="6KB")),
    "bf16": (dict(tie_word_embeddings=True), dict(dtype=torch.bfloat16)),
    "f16": (dict(), dict(dtype=torch.float16)),
}

EVERY_PROJECTION = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]

# All of them are put on the checkpoint "untied".
ADAPTERS = {
    "adapter": dict(r=3, lora_alpha=6, target_modules=EVERY_PROJECTION),
    "adapter-patterns": dict(
        r=4,
        lora_alpha=6,
        target_modules=["q_proj", "v_proj", "down_proj"],
        use_rslora=True,
        rank_pattern={"layers.1.self_attn.q_proj": 2},
        alpha_pattern={"down_proj": 3},
        modules_to_save=["lm_head"],
    ),
}


def fixed_ids() -> torch.Tensor:
    count = SHAPE[0] * SHAPE[1]
    return torch.tensor([(7 * i * i + 3 * i + 5) % VOCABULARY for i in range(count)]).view(SHAPE)


def make(folder: pathlib.Path) -> None:
    for case, (changes, saving) in CHECKPOINTS.items():
        make_checkpoint(folder / case, changes, saving)
    for case, changes in ADAPTERS.items():
        make_adapter(folder / case, folder / "untied", changes)
    for readme in folder.glob("*/README.md"):
        readme.unlink()


def make_checkpoint(folder: pathlib.Path, changes: dict, saving: dict) -> None:
    torch.manual_seed(1)
    config = LlamaConfig(**{**BASE, **changes}, attn_implementation="eager")
    model = LlamaForCausalLM(config)
    randomize(model.named_parameters())
    saving = dict(saving)
    model.to(saving.pop("dtype", torch.float32)).save_pretrained(folder, **saving)
    write_golden(folder, load(folder), lambda name: name)


def make_adapter(folder: pathlib.Path, base: pathlib.Path, changes: dict) -> None:
    torch.manual_seed(2)
    config = peft.LoraConfig(task_type="CAUSAL_LM", **changes)
    model = peft.get_peft_model(load(base), config)
    randomize((name, value) for name, value in model.named_parameters() if value.requires_grad)
    model.save_pretrained(folder)
    # save_pretrained notes where the base was on this machine, and keeps the target modules as a set.
    file = folder / "adapter_config.json"
    noted = json.loads(file.read_text())
    noted["base_model_name_or_path"] = base.name
    noted["target_modules"] = sorted(noted["target_modules"])
    file.write_text(json.dumps(noted, indent=2, sort_keys=True))
    write_golden(folder, model, adapter_name)


def adapter_name(name: str) -> str:
    return name.replace(".modules_to_save.default", "").replace(".default", "")


def randomize(parameters) -> None:
    """Wide enough that every part of the model shows in the logits; norms around 1."""
    for name, value in parameters:
        noise = torch.randn_like(value) * 0.3
        value.data = 1 + noise if "norm" in name else noise


def load(folder: pathlib.Path) -> LlamaForCausalLM:
    model = LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
    return model.eval()


def write_golden(folder: pathlib.Path, model, name_of) -> None:
    ids = fixed_ids()
    result = model(input_ids=ids, labels=ids)
    result.loss.backward()
    tensors = {"logits": result.logits, "loss": result.loss.view(1)}
    for name, value in model.named_parameters():
        if value.grad is not None:
            tensors[name_of(name)] = value.grad
    detached = {name: value.detach().contiguous() for name, value in tensors.items()}
    safetensors.torch.save_file(detached, folder / "golden.safetensors", metadata={"format": "pt"})


def read(folder: pathlib.Path, base: pathlib.Path | None) -> dict:
    if base is not None:
        model = peft.PeftModel.from_pretrained(load(base), folder).eval()
        # peft itself only warns of names that it does not find.
        missing = peft.utils.save_and_load.load_peft_weights(folder).keys() ^ (
            peft.get_peft_model_state_dict(model).keys()
        )
        problems = sorted(missing)
    else:
        model, info = LlamaForCausalLM.from_pretrained(
            folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True
        )
        model.eval()
        problems = sorted(str(name) for names in info.values() for name in names)
    with torch.no_grad():
        logits = model(input_ids=fixed_ids()).logits
    ends = model.generation_config.eos_token_id
    return {"logits": logits.flatten().tolist(), "problems": problems, "ends": ends}


def main() -> None:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("make").add_argument("folder", type=pathlib.Path)
    reading = commands.add_parser("read")
    reading.add_argument("folders", type=pathlib.Path, nargs="+")
    reading.add_argument("--base", type=pathlib.Path)
    arguments = parser.parse_args()
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    torch.set_num_threads(1)
    if arguments.command == "make":
        make(arguments.folder)
    else:
        found = {str(folder): read(folder, arguments.base) for folder in arguments.folders}
        print(json.dumps(found))


if __name__ == "__main__":
    main()
