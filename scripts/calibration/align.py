#!/usr/bin/env python3
"""Aligns trained twins to the first of their group, as Git Re-Basin does (Ainsworth et al. 2023): the function stays, the units' order becomes the other's.

usage: align.py TWINS OUT

TWINS is what twins.py wrote of the recipe gpt; OUT gets the same folders. Channels are ordered by their embeddings, hidden units by their rows and columns.
"""
import os, shutil, sys
import numpy as np
from safetensors.numpy import load_file, save_file
from scipy.optimize import linear_sum_assignment


def order(mine, other):
    """For each column of the other the column of mine that is nearest to it, one to one."""
    a, b = (x / np.linalg.norm(x, axis=0) for x in (other, mine))
    return linear_sum_assignment(-(a.T @ b))[1]


def aligned(model, other):
    centred = [t["transformer.wte.weight"] - t["transformer.wte.weight"].mean(0) for t in (model, other)]
    channels, result = order(*centred), {}
    for name, x in model.items():
        last = name.endswith(("wte.weight", "wpe.weight", "c_proj.weight"))
        first = "ln_" in name or name.endswith(("c_attn.weight", "c_fc.weight", "c_proj.bias"))
        result[name] = x[:, channels] if last else x[channels] if first else x
    layer = 0
    while f"transformer.h.{layer}.mlp.c_fc.weight" in result:
        up, bias, down = (f"transformer.h.{layer}.mlp.{n}" for n in ("c_fc.weight", "c_fc.bias", "c_proj.weight"))
        units = order(*(np.concatenate([t[up], t[down].T]) for t in (result, other)))
        result[up], result[bias], result[down] = result[up][:, units], result[bias][units], result[down][units]
        layer += 1
    return {k: np.ascontiguousarray(v) for k, v in result.items()}


def main():
    twins, out = sys.argv[1:]
    for group in sorted(os.listdir(twins)):
        if not group.startswith("gpt-"):
            continue
        first = None
        for name in sorted(os.listdir(os.path.join(twins, group))):
            folder = os.path.join(twins, group, name)
            model = load_file(os.path.join(folder, "model.safetensors"))
            first = first or model
            shutil.copytree(folder, os.path.join(out, group, name))
            save_file(aligned(model, first), os.path.join(out, group, name, "model.safetensors"))


if __name__ == "__main__":
    main()
