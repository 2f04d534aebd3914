"""A small mixture of experts of the gpt-oss layout, and the forms in which its experts travel."""

import json
import sys

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from language import Language, saved

LEVELS = torch.tensor([0, 0.5, 1, 1.5, 2, 3, 4, 6])


def config():
    from transformers import GptOssConfig

    return GptOssConfig(
        vocab_size=512, hidden_size=128, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, head_dim=32, num_local_experts=4, num_experts_per_tok=2,
        tie_word_embeddings=False, architectures=["GptOssForCausalLM"])


def draw(out, seed, parent=None):
    """A model of drawn numbers, or another's with noise that is a tenth of them."""
    from transformers import GptOssForCausalLM

    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    tensors = load_file(parent / "model.safetensors") if parent else GptOssForCausalLM(config()).state_dict()
    made = {}
    for name, value in tensors.items():
        value = value.float()
        spread = value.std().item() if value.numel() > 1 else 0
        noise = torch.from_numpy(random.standard_normal(value.shape).astype(np.float32))
        made[name] = (value + noise * max(spread, 0.02) * (0.1 if parent else 1)).bfloat16()
    out.mkdir(parents=True, exist_ok=True)
    (out / "config.json").write_text(json.dumps(config().to_dict()))
    save_file(made, out / "model.safetensors")

def packed(w):
    """Codes and scales of `[experts, out, in]`: the nearest of the format's levels, the scale of OCP's paper."""
    runs = w.reshape(*w.shape[:-1], -1, 32)
    exponents = torch.floor(torch.log2(runs.abs().amax(-1).clamp(min=1e-30))) - 2
    scaled = runs / (2.0**exponents)[..., None]
    codes = (scaled.abs()[..., None] - LEVELS).abs().argmin(-1) | (scaled < 0).long() << 3
    blocks = (codes[..., 0::2] | codes[..., 1::2] << 4).to(torch.uint8)
    return blocks, (exponents + 127).to(torch.uint8)


def blocks(model, out):
    """As the release: transformers' own reader makes of it what was rounded."""
    from transformers.integrations.mxfp4 import convert_moe_packed_tensors

    tensors = {}
    for name, value in model.tensors.items():
        if not name.endswith(("gate_up_proj", "down_proj")):
            tensors[name] = value
            continue
        codes, scales = packed(value.float().transpose(1, 2).contiguous())
        read = convert_moe_packed_tensors(codes, scales, dtype=torch.float32)
        step = torch.exp2(scales.float() - 127).repeat_interleave(32, -1).transpose(1, 2)
        assert ((read - value.float()).abs() <= 2 * step + 1e-6).all(), name
        tensors |= {f"{name}_blocks": codes, f"{name}_scales": scales}
    saved(model, out, tensors, {"quantization_config": {"quant_method": "mxfp4"}})


WRITERS = [("MXFP4 of gpt-oss", "transformers", 4, blocks)]


def every(out, apart, reuse):
    """Parent, child and stranger."""
    folders = [out / f"experts-{role}" for role in ("parent", "child", "stranger")]
    for seed, folder in enumerate(folders, 1):
        parent = folders[0] if seed == 2 else None
        if not (reuse and (folder / "model.safetensors").exists()) and not apart(lambda: draw(folder, seed, parent)):
            sys.exit("not drawn")
    return [Language(folder) for folder in folders]
