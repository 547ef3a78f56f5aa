"""Pictures as Pillow and transformers read, resize and cut them, the programs to agree with.

    python vision_golden.py make FOLDER

writes small picture files of every kind that is read, `refused/` with those that are not, prompts.json, `chats/`, a
tokenizer of bytes and a processor with chats.json, what Idefics3Processor makes of chats with these pictures, and
golden.safetensors, everything float32:

    read.FILE [H, W, 3]              the first frame, upright, laid on white, 0..255
    source [23, 37, 3]               a picture, and what Image.resize makes of it:
    resize.FILTER.WIDTHxHEIGHT       [H, W, 3]
    tiles.CASE [N, 3, E, E]          what the Pillow processors of SmolVLM and Idefics3 make of CASE
"""

import argparse
import json
import pathlib

import numpy
import safetensors.numpy
from PIL import Image, ImageOps
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast
from transformers.image_transforms import convert_to_rgb
from transformers.models.idefics3.image_processing_pil_idefics3 import Idefics3ImageProcessorPil
from transformers.models.idefics3.processing_idefics3 import Idefics3Processor
from transformers.models.smolvlm.image_processing_pil_smolvlm import SmolVLMImageProcessorPil
from transformers.models.smolvlm.processing_smolvlm import DEFAULT_CHAT_TEMPLATE, get_image_prompt_string

FILTERS = {"lanczos": Image.LANCZOS, "bicubic": Image.BICUBIC, "bilinear": Image.BILINEAR}
SIZES = [(37, 23), (16, 9), (80, 50), (12, 60), (37, 5), (1, 1)]
EDGE = 16
PROCESSORS = {"smolvlm": SmolVLMImageProcessorPil, "idefics3": Idefics3ImageProcessorPil}
CASES = {
    "wide": (50, 20, dict(longest_edge=40)),
    "high": (11, 29, dict(longest_edge=40)),
    "square": (16, 16, dict(longest_edge=32)),
    "fits": (50, 20, dict(longest_edge=16)),
    "whole": (50, 20, dict(longest_edge=40, split=False)),
    "bicubic": (50, 20, dict(longest_edge=40, filter="bicubic", mean=[0.48, 0.46, 0.41], std=[0.27, 0.26, 0.28])),
}


def make(folder: pathlib.Path) -> None:
    (folder / "refused").mkdir(parents=True, exist_ok=True)
    write_pictures(folder)
    tensors = {f"read.{file.name}": read(file) for file in sorted(folder.glob("picture-*"))}
    tensors |= resized() | processed()
    write_chats(folder)
    safetensors.numpy.save_file(tensors, folder / "golden.safetensors", metadata={"format": "np"})
    grids = [(0, 0), (1, 1), (2, 3)]
    prompts = [get_image_prompt_string(r, c, 2, "<fake>", "<image>", "<global-img>") for r, c in grids]
    named = [dict(rows=r, columns=c, text=text) for (r, c), text in zip(grids, prompts)]
    (folder / "prompts.json").write_text(json.dumps(named, indent=2) + "\n")


def drawn(width: int, height: int, seed: int = 0) -> Image.Image:
    """Slopes, edges and noise."""
    y, x = numpy.mgrid[0:height, 0:width]
    noise = numpy.random.default_rng(seed).integers(0, 60, (height, width, 3))
    base = numpy.stack([x * 255 // width, y * 255 // height, ((x // 5 + y // 5) % 2) * 255], -1)
    return Image.fromarray(numpy.clip(base * 0.8 + noise, 0, 255).astype(numpy.uint8))


def write_pictures(folder: pathlib.Path) -> None:
    picture = drawn(21, 14)
    slope = Image.fromarray(numpy.tile(numpy.linspace(0, 255, 21).astype(numpy.uint8), (14, 1)))
    clear = picture.copy()
    clear.putalpha(slope)
    palette = picture.convert("P", palette=Image.ADAPTIVE, colors=32)
    upright = Image.Exif()
    upright[0x0112] = 6
    picture.save(folder / "picture-rgb.png")
    clear.save(folder / "picture-alpha.png")
    palette.save(folder / "picture-palette.png")
    palette.save(folder / "picture-palette-clear.png", transparency=3)
    picture.convert("L").save(folder / "picture-gray.png")
    clear.convert("LA").save(folder / "picture-gray-alpha.png")
    picture.save(folder / "picture-turned.png", exif=upright)
    picture.save(folder / "picture.tmp.jpg", quality=90)
    (folder / "picture.tmp.jpg").rename(folder / "picture-420.jpg")
    picture.save(folder / "picture-444.jpg", quality=95, subsampling=0)
    picture.save(folder / "picture-progressive.jpg", quality=80, progressive=True)
    picture.convert("L").save(folder / "picture-gray.jpg", quality=90)
    picture.save(folder / "picture-turned.jpg", quality=92, exif=upright)
    picture.save(folder / "picture-lossy.webp", quality=85)
    clear.save(folder / "picture-alpha.webp", lossless=True)
    palette.save(folder / "picture-moving.gif", save_all=True, append_images=[drawn(21, 14, 9).convert("P")])
    picture.convert("CMYK").save(folder / "refused" / "cmyk.jpg", quality=90)
    deep = numpy.random.default_rng(0).integers(0, 65535, (8, 8)).astype(numpy.uint16)
    Image.fromarray(deep).save(folder / "refused" / "deep.png")
    picture.save(folder / "refused" / "picture.tiff")


def read(file: pathlib.Path) -> numpy.ndarray:
    composed = convert_to_rgb(ImageOps.exif_transpose(Image.open(file)))
    return numpy.asarray(composed).astype(numpy.float32)


def resized() -> dict[str, numpy.ndarray]:
    source = drawn(37, 23, seed=1)
    found = {"source": numpy.asarray(source).astype(numpy.float32)}
    for name, kind in FILTERS.items():
        for size in SIZES:
            made = numpy.asarray(source.resize(size, kind)).astype(numpy.float32)
            found[f"resize.{name}.{size[0]}x{size[1]}"] = made
    return found


def processed() -> dict[str, numpy.ndarray]:
    found = {}
    for family, processor in PROCESSORS.items():
        for name, (width, height, options) in CASES.items():
            settings = dict(
                size={"longest_edge": options["longest_edge"]},
                max_image_size={"longest_edge": EDGE},
                do_image_splitting=options.get("split", True),
                resample=FILTERS[options.get("filter", "lanczos")],
                image_mean=options.get("mean", [0.5] * 3),
                image_std=options.get("std", [0.5] * 3),
            )
            made = processor(**settings)(drawn(width, height, seed=2), return_tensors="np")
            found[f"tiles.{family}.{name}"] = numpy.ascontiguousarray(made["pixel_values"][0]).astype(numpy.float32)
    for name, (width, height, _) in CASES.items():
        found[f"picture.{name}"] = numpy.asarray(drawn(width, height, seed=2)).astype(numpy.float32)
    return found


def write_chats(folder: pathlib.Path) -> None:
    chats = folder / "chats"
    tokenizer = byte_tokenizer()
    tokenizer.chat_template = DEFAULT_CHAT_TEMPLATE
    settings = dict(size={"longest_edge": 2 * EDGE}, max_image_size={"longest_edge": EDGE}, return_row_col_info=True)
    images = Idefics3ImageProcessorPil(**settings)
    processor = Idefics3Processor(images, tokenizer, image_seq_len=4, chat_template=DEFAULT_CHAT_TEMPLATE)
    tokenizer.save_pretrained(chats)
    (chats / "chat_template.jinja").unlink(missing_ok=True)
    file = chats / "tokenizer_config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"chat_template": DEFAULT_CHAT_TEMPLATE}, indent=2))
    made = [dict(name=name, split=split, messages=messages, **chat(processor, folder, messages, split))
            for name, messages in CHATS.items() for split in (False, True)]
    (chats / "preprocessor_config.json").write_text(json.dumps(dict(
        size=settings["size"], max_image_size=settings["max_image_size"], resample=1,
        image_mean=[0.5] * 3, image_std=[0.5] * 3), indent=2) + "\n")
    (chats / "chats.json").write_text(json.dumps(made, indent=1) + "\n")


def picture(name: str) -> dict:
    return {"type": "image", "path": f"../picture-{name}"}


def said(text: str) -> dict:
    return {"type": "text", "text": text}


CHATS = {
    "first": [
        dict(role="user", content=[picture("rgb.png"), said("What is it?")]),
        dict(role="assistant", content=[said("A slope.")]),
    ],
    "several": [
        dict(role="system", content=[said("Look well.")]),
        dict(role="user", content=[said("Which of"), picture("rgb.png"), picture("420.jpg")]),
        dict(role="assistant", content=[said("The first.")]),
        dict(role="user", content=[picture("turned.jpg"), said("And this?")]),
        dict(role="assistant", content=[said("Turned.")]),
    ],
    "result": [
        dict(role="user", content=[said("Take a picture.")]),
        dict(role="assistant", content=[said("I do.")]),
        dict(role="tool", content=[said("Here:"), picture("gray.png")]),
        dict(role="assistant", content=[said("It is gray.")]),
    ],
}


def chat(processor, folder: pathlib.Path, messages: list, split: bool) -> dict:
    text = processor.apply_chat_template(messages, tokenize=False)
    shown = [part["path"] for message in messages for part in message["content"] if part["type"] == "image"]
    images = [Image.fromarray(read(folder / "chats" / path).astype(numpy.uint8)) for path in shown]
    made = processor(text=[text], images=[images], do_image_splitting=split, add_special_tokens=False)
    return dict(ids=[int(one) for one in made["input_ids"][0]])


def byte_tokenizer() -> PreTrainedTokenizerFast:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={token: i for i, token in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    rows = [f"<row_{r}_col_{c}>" for r in range(1, 7) for c in range(1, 7)]
    marks = ["<|im_start|>", "<end_of_utterance>", "<fake_token_around_image>", "<global-img>", "<image>", *rows]
    tokenizer.add_special_tokens([AddedToken(mark, special=True, normalized=False) for mark in marks])
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<end_of_utterance>")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["make"])
    parser.add_argument("folder", type=pathlib.Path)
    make(parser.parse_args().folder)
