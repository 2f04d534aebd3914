#!/usr/bin/env python3
"""Write a Llama-shaped checkpoint of random weights, for benchmarks.

Numbers are Gaussian, from one block that is repeated at a random offset per tensor: making 14 GB of
fresh ones would take longer than all measurements. Needs numpy, and h5py for HDF5.
"""
import argparse
import json
import pathlib
import struct

import numpy

LAYERS = {0.1: 4, 1: 8, 2: 16, 14: 32}
HIDDEN = {0.1: 768, 1: 2048, 2: 2048, 14: 4096}
FEED_FORWARD = {0.1: 2048, 1: 8192, 2: 8192, 14: 11008}
VOCABULARY = {0.1: 32000, 1: 32000, 2: 65536, 14: 32000}
BLOCK = 1 << 24


def shapes(size):
    """Names and shapes of about `size` GB in 16 bits."""
    hidden, feed_forward = HIDDEN[size], FEED_FORWARD[size]
    yield "model.embed_tokens.weight", (VOCABULARY[size], hidden)
    for layer in range(LAYERS[size]):
        prefix = f"model.layers.{layer}."
        for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
            yield f"{prefix}self_attn.{name}.weight", (hidden, hidden)
        for name in ("gate_proj", "up_proj"):
            yield f"{prefix}mlp.{name}.weight", (feed_forward, hidden)
        yield f"{prefix}mlp.down_proj.weight", (hidden, feed_forward)
        for name in ("input_layernorm", "post_attention_layernorm"):
            yield f"{prefix}{name}.weight", (hidden,)
    yield "model.norm.weight", (hidden,)
    yield "lm_head.weight", (VOCABULARY[size], hidden)


def encoded(values, number):
    if number == "bf16":
        return (values.view("<u4") >> 16).astype("<u2")
    return values.astype({"f16": "<f2", "f32": "<f4"}[number])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--size", type=float, choices=sorted(LAYERS), default=2, help="GB in 16 bits")
    parser.add_argument("--number", choices=["bf16", "f16", "f32"], default="bf16")
    parser.add_argument("--layout", choices=["safetensors", "hdf5", "gzip"], default="safetensors")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    size = int(arguments.size) if arguments.size >= 1 else arguments.size
    generator = numpy.random.default_rng(arguments.seed)
    block = encoded(generator.standard_normal(BLOCK, dtype=numpy.float32) * 0.02, arguments.number)
    names = list(shapes(size))

    def pieces(count):
        while count:
            start = int(generator.integers(0, BLOCK // 2))
            piece = block[start : start + min(count, BLOCK // 2)]
            count -= len(piece)
            yield piece

    folder = arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    heads = HIDDEN[size] // 64
    config = {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": HIDDEN[size],
        "num_hidden_layers": LAYERS[size], "num_attention_heads": heads, "head_dim": 64,
        "num_key_value_heads": heads, "intermediate_size": FEED_FORWARD[size],
        "vocab_size": VOCABULARY[size],
    }
    (folder / "config.json").write_text(json.dumps(config))
    # Anchors are looked up by their strings, so a vocabulary is part of a realistic run.
    words = [chr(code) for code in range(33, 127)] + [f"Ġw{i}" for i in range(VOCABULARY[size] - 94)]
    vocabulary = {"model": {"type": "BPE", "vocab": {w: i for i, w in enumerate(words)}, "merges": []}}
    (folder / "tokenizer.json").write_text(json.dumps(vocabulary))
    if arguments.layout == "safetensors":
        header, offset = {}, 0
        for name, shape in names:
            end = offset + int(numpy.prod(shape)) * block.itemsize
            header[name] = {
                "dtype": arguments.number.upper(), "shape": shape, "data_offsets": [offset, end]}
            offset = end
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        with open(folder / "model.safetensors", "wb") as file:
            file.write(struct.pack("<Q", len(text)) + text)
            for _, shape in names:
                for piece in pieces(int(numpy.prod(shape))):
                    file.write(piece.tobytes())
        return
    import h5py

    with h5py.File(folder / "model.h5", "w") as file:
        for name, shape in names:
            data = numpy.concatenate(list(pieces(int(numpy.prod(shape))))).reshape(shape)
            options = {"compression": "gzip", "compression_opts": 1} if arguments.layout == "gzip" else {}
            file.create_dataset(name, data=data, **options)


if __name__ == "__main__":
    main()
