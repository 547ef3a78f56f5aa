"""A small SentencePiece BPE as llama.cpp's converter writes it into GGUF, and the ids that SentencePiece gives to texts.

python gguf_sentencepiece.py goldens/gguf-sentencepiece/text.txt goldens/gguf-sentencepiece
"""

import io
import json
import os
import sys

import sentencepiece
from gguf import GGUFWriter, TokenType

TEXTS = [
    "The agent opens the fridge.",
    "  two leading spaces and\nanother line",
    "unseen letters: Ωmega, 猫 and 🐈 are bytes",
    "mugmugmug 12345 plates!?",
    "",
    " ",
    "a",
]


def main(text_file: str, folder: str) -> None:
    text = open(text_file, encoding="utf8").read()
    out = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(text.split("\n")),
        model_writer=out,
        model_type="bpe",
        vocab_size=700,
        byte_fallback=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        add_dummy_prefix=True,
        num_threads=1,
    )
    model = sentencepiece.SentencePieceProcessor(model_proto=out.getvalue())
    tokens, scores, types = [], [], []
    for i in range(model.vocab_size()):
        tokens.append(model.id_to_piece(i))
        scores.append(model.get_score(i))
        kind = TokenType.NORMAL
        if model.is_unknown(i):
            kind = TokenType.UNKNOWN
        elif model.is_control(i):
            kind = TokenType.CONTROL
        elif model.is_byte(i):
            kind = TokenType.BYTE
        types.append(kind)
    os.makedirs(folder, exist_ok=True)
    writer = GGUFWriter(os.path.join(folder, "tokenizer.gguf"), "llama")
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(tokens)
    writer.add_token_scores(scores)
    writer.add_token_types(types)
    writer.add_bos_token_id(model.bos_id())
    writer.add_eos_token_id(model.eos_id())
    writer.add_unk_token_id(model.unk_id())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    cases = [{"text": one, "ids": model.encode(one)} for one in [*TEXTS, *text.split("\n")]]
    with open(os.path.join(folder, "expected.json"), "w") as file:
        json.dump(cases, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
