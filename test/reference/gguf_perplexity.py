"""What transformers makes of a Llama GGUF file: token ids of a text and its mean loss.

The weights are dequantised and put into the Hub's layout here, by the Python package gguf alone, so that nothing of
ours has a part in it.

python gguf_perplexity.py FILE.gguf TEXT.txt > goldens/gguf-smollm2/expected.json
"""

import json
import os
import sys

import numpy as np
import torch
from gguf import GGUFReader, quants
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

TOP = {"token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head"}
PARTS = {
    "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm", "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
}


def parameter(name: str) -> str:
    words = name.split(".")
    if words[0] != "blk":
        return f"{TOP[words[0]]}.weight"
    return f"model.layers.{words[1]}.{PARTS[words[2]]}.weight"


def main(file: str, text_file: str) -> None:
    reader = GGUFReader(file)
    value = lambda key: reader.fields[key].contents()
    heads, kv = value("llama.attention.head_count"), value("llama.attention.head_count_kv")
    state = {}
    for tensor in reader.tensors:
        weight = quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        weight = weight.reshape(tuple(int(size) for size in reversed(tensor.shape)))
        for part, count in (("attn_q.weight", heads), ("attn_k.weight", kv)):
            if tensor.name.endswith(part):
                # The inverse of LlamaModel.permute in llama.cpp's converter.
                rows, columns = weight.shape
                weight = weight.reshape(count, rows // count // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)
        state[parameter(tensor.name)] = torch.from_numpy(np.ascontiguousarray(weight))
    config = LlamaConfig(
        hidden_size=value("llama.embedding_length"),
        intermediate_size=value("llama.feed_forward_length"),
        num_hidden_layers=value("llama.block_count"),
        num_attention_heads=heads,
        num_key_value_heads=kv,
        vocab_size=state["model.embed_tokens.weight"].shape[0],
        rms_norm_eps=value("llama.attention.layer_norm_rms_epsilon"),
        rope_theta=value("llama.rope.freq_base"),
        max_position_embeddings=value("llama.context_length"),
        tie_word_embeddings="lm_head.weight" not in state,
    )
    model = LlamaForCausalLM(config).eval()
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert not unexpected and set(missing) <= {"lm_head.weight"}, (missing, unexpected)
    model.tie_weights()
    folder, name = os.path.split(os.path.abspath(file))
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=name)
    ids = tokenizer(open(text_file, encoding="utf8").read(), add_special_tokens=False)["input_ids"]
    with torch.no_grad():
        logits = model(torch.tensor([ids])).logits[0].double()
    losses = -torch.log_softmax(logits[:-1], -1)[torch.arange(len(ids) - 1), torch.tensor(ids[1:])]
    print(json.dumps({"ids": ids, "meanLossNats": losses.mean().item()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
