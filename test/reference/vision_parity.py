"""Tiny random models that see, made by transformers and peft, the programs to agree with.

    python vision_parity.py make FOLDER               one folder a family
    python vision_parity.py read CHECKPOINT...        logits of checkpoints that another program saved, as JSON
    python vision_parity.py adapted CHECKPOINT ADAPTER logits with an adapter that another program saved, as JSON

`make` writes for each family the checkpoint as transformers saves it, `adapter/`, an adapter on the text's linear
modules as peft saves it, and golden.safetensors, everything float32 (the attention is the eager one):

    tiles [3, 3, E, E]  pictures: the first two are of row 0, the last is of row 1
    ids [2, 40]         IMAGE stands for their tokens
    features [3 T, D]   what tower and connector make of the tiles
    logits [2, 40, V]
    blind [2, 40, V]    of the same tokens without pictures, IMAGE being a token like others
    greedy [10]         what follows the first 30 tokens of row 1, the likeliest token each time, with its picture
    adapted [2, 40, V]  logits with the adapter
    step.NAME           each parameter of the text after one step of AdamW (STEP; decay on matrices only) on the mean
                        cross-entropy of every next token that is not IMAGE; tower and connector are frozen
"""

import argparse
import json
import pathlib

import peft
import safetensors.torch
import torch
import transformers
from transformers import AutoModelForImageTextToText

from families_parity import DECAY, STEP, randomize

VOCABULARY = 40
IMAGE = 39
EDGE = 24
TOKENS = 4
LENGTH = 40
# `(row, first token)` of each tile's tokens.
PLACES = [(0, 3), (0, 12), (1, 20)]
TEXT = r".*\.text_model\..*\.(q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj)"

CONFIG = dict(
    image_token_id=IMAGE,
    scale_factor=2,
    text_config=dict(
        model_type="llama",
        vocab_size=VOCABULARY,
        hidden_size=16,
        intermediate_size=20,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        rms_norm_eps=1e-5,
        rope_theta=500.0,
        max_position_embeddings=64,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=None,
    ),
    # The default activation and epsilon are left out, as in real files.
    vision_config=dict(
        hidden_size=12, intermediate_size=18, num_hidden_layers=2, num_attention_heads=3, image_size=EDGE, patch_size=6
    ),
)


def make(folder: pathlib.Path) -> None:
    for family in ("smolvlm", "idefics3"):
        make_family(folder / family, family)


def make_family(folder: pathlib.Path, family: str) -> None:
    torch.manual_seed(1)
    config = transformers.AutoConfig.for_model(family, **json.loads(json.dumps(CONFIG)))
    model = AutoModelForImageTextToText.from_config(config, attn_implementation="eager", dtype=torch.float32)
    randomize(model.named_parameters(), deviation=0.3)
    model.save_pretrained(folder)
    torch.manual_seed(3)
    tiles = torch.randn(3, 3, EDGE, EDGE)
    tensors = {"tiles": tiles, "ids": fixed_ids().float(), "logits": logits_of(load(folder), tiles)}
    tensors["features"] = features_of(load(folder), tiles)
    tensors["blind"] = blind_logits(load(folder))
    tensors["greedy"] = greedy_of(load(folder), tiles)
    tensors["adapted"] = make_adapter(folder / "adapter", load(folder), tiles)
    tensors |= {f"step.{name}": value for name, value in stepped(load(folder), tiles).items()}
    detached = {name: value.detach().contiguous() for name, value in tensors.items()}
    safetensors.torch.save_file(detached, folder / "golden.safetensors", metadata={"format": "pt"})


def load(folder: pathlib.Path):
    model = AutoModelForImageTextToText.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
    return model.eval()


def fixed_ids() -> torch.Tensor:
    at = torch.arange(2 * LENGTH)
    ids = ((7 * at * at + 3 * at + 5) % (VOCABULARY - 1)).reshape(2, LENGTH)
    for row, first in PLACES:
        ids[row, first : first + TOKENS] = IMAGE
    return ids


def seen(tiles: torch.Tensor) -> dict:
    """Rows with fewer pictures are filled up with black ones, which the model leaves out."""
    pixels = torch.zeros(2, 2, 3, EDGE, EDGE)
    pixels[0], pixels[1, 0] = tiles[:2], tiles[2]
    mask = torch.ones(2, 2, EDGE, EDGE, dtype=torch.bool)
    return dict(input_ids=fixed_ids(), pixel_values=pixels, pixel_attention_mask=mask)


def logits_of(model, tiles: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        return model(**seen(tiles)).logits


def blind_logits(model) -> torch.Tensor:
    with torch.no_grad():
        return model(input_ids=fixed_ids()).logits


def greedy_of(model, tiles: torch.Tensor) -> torch.Tensor:
    """Without a cache, so that nothing but the model decides."""
    ids = fixed_ids()[1:, :30]
    mask = torch.ones(1, 1, EDGE, EDGE, dtype=torch.bool)
    for _ in range(10):
        with torch.no_grad():
            logits = model(
                input_ids=ids, pixel_values=tiles[2:][None], pixel_attention_mask=mask, use_cache=False
            ).logits[:, -1]
        logits[:, IMAGE] = -torch.inf
        ids = torch.cat([ids, logits.argmax(-1, keepdim=True)], 1)
    return ids[0, 30:].to(torch.float32)


def features_of(model, tiles: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        hidden = model.model.vision_model(
            pixel_values=tiles, patch_attention_mask=torch.ones(3, EDGE // 6, EDGE // 6, dtype=torch.bool)
        ).last_hidden_state
        return model.model.connector(hidden).flatten(0, 1)


def make_adapter(folder: pathlib.Path, model, tiles: torch.Tensor) -> torch.Tensor:
    torch.manual_seed(2)
    adapted = peft.get_peft_model(model, peft.LoraConfig(task_type="CAUSAL_LM", r=2, lora_alpha=4, target_modules=TEXT))
    for _, value in adapted.named_parameters():
        if value.requires_grad:
            value.data = torch.randn_like(value) * 0.3
    adapted.save_pretrained(folder)
    file = folder / "adapter_config.json"
    noted = json.loads(file.read_text()) | {"base_model_name_or_path": "base"}
    file.write_text(json.dumps(noted, indent=2, sort_keys=True))
    (folder / "README.md").unlink()
    return logits_of(adapted, tiles)


def stepped(model, tiles: torch.Tensor) -> dict[str, torch.Tensor]:
    for name, value in model.named_parameters():
        value.requires_grad = "vision_model" not in name and "connector" not in name
    ids = fixed_ids()
    labels = torch.where(ids == IMAGE, -100, ids)
    model(**seen(tiles), labels=labels).loss.backward()
    trained = {name: value for name, value in model.named_parameters() if value.requires_grad}
    matrices = [value for value in trained.values() if value.ndim > 1]
    vectors = [value for value in trained.values() if value.ndim == 1]
    groups = [dict(params=matrices, weight_decay=DECAY), dict(params=vectors, weight_decay=0.0)]
    torch.optim.AdamW(groups, **STEP).step()
    return trained


def read(folder: pathlib.Path) -> dict:
    model, info = AutoModelForImageTextToText.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True
    )
    problems = sorted(str(name) for names in info.values() for name in names)
    return {"logits": logits_of(model.eval(), tiles_of(folder)).flatten().tolist(), "problems": problems}


def tiles_of(folder: pathlib.Path) -> torch.Tensor:
    torch.manual_seed(3)
    return torch.randn(3, 3, EDGE, EDGE)


def adapted(base: pathlib.Path, adapter: pathlib.Path) -> dict:
    model = peft.PeftModel.from_pretrained(load(base), adapter)
    names = sorted(name for name, _ in model.named_parameters() if "lora_" in name)
    return {"logits": logits_of(model, tiles_of(base)).flatten().tolist(), "names": names}


def main() -> None:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("make").add_argument("folder", type=pathlib.Path)
    commands.add_parser("read").add_argument("folders", type=pathlib.Path, nargs="+")
    adapting = commands.add_parser("adapted")
    adapting.add_argument("base", type=pathlib.Path)
    adapting.add_argument("adapter", type=pathlib.Path)
    arguments = parser.parse_args()
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    torch.set_num_threads(1)
    if arguments.command == "make":
        make(arguments.folder)
    elif arguments.command == "read":
        print(json.dumps({str(folder): read(folder) for folder in arguments.folders}))
    else:
        print(json.dumps(adapted(arguments.base, arguments.adapter)))


if __name__ == "__main__":
    main()
