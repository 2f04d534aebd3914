#!/usr/bin/env python3
"""Trains groups of perceptrons on scikit-learn's digits, each from a seed of its own: what align.py lines up.

usage: perceptrons.py OUT [--seeds N]

Writes OUT/mlp-w32-l2-s2000-d0/seed-1, …: hidden layers of width w, l of them, s steps of AdamW with weight decay d. Needs torch and scikit-learn; two
seconds a network.
"""
import argparse, os
import torch
from safetensors.torch import save_file
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional as F

# Width, hidden layers, steps, weight decay.
RECIPES = [(12, 2, 2000, 0), (16, 2, 2000, 0), (16, 3, 2000, 0), (24, 2, 4000, 0), (48, 2, 2000, 0.01), (32, 3, 2000, 0), (128, 2, 2000, 0.01),
           (32, 2, 6000, 0.1), (64, 5, 2000, 0), (32, 7, 2000, 0), (64, 7, 2000, 0.01)]


def train(width, layers, steps, decay, seed, images, labels):
    torch.manual_seed(seed)
    sides = [64] + [width] * layers + [10]
    model = nn.Sequential(*[part for a, b in zip(sides, sides[1:]) for part in (nn.Linear(a, b), nn.ReLU())][:-1])
    optimizer = torch.optim.AdamW(model.parameters(), 3e-3, weight_decay=decay)
    for _ in range(steps):
        batch = torch.randint(0, len(images), (128,))
        optimizer.zero_grad()
        F.cross_entropy(model(images[batch]), labels[batch]).backward()
        optimizer.step()
    return {f"net.{name}": values for name, values in model.state_dict().items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--seeds", type=int, default=6)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    digits = load_digits()
    images, labels = torch.tensor(digits.data / 16, dtype=torch.float32), torch.tensor(digits.target)
    for recipe in RECIPES:
        for seed in range(1, arguments.seeds + 1):
            folder = os.path.join(arguments.out, "mlp-w{}-l{}-s{}-d{}".format(*recipe), f"seed-{seed}")
            os.makedirs(folder)
            save_file(train(*recipe, seed, images, labels), os.path.join(folder, "model.safetensors"))


if __name__ == "__main__":
    main()
