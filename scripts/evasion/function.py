#!/usr/bin/env python3
"""Hold what disguised models compute against what their victims do, with the usual software.

usage: scripts/evasion/function.py --zoo FOLDER [--only TEXT]

Of every disguise in `disguises.py` that the usual software loads: the mean Kullback-Leibler divergence of its predictions
from the victim's, in nats, on this project's documentation, and the loss of both. Needs torch and transformers.
"""
import argparse
import pathlib
import tempfile
import zlib

import numpy as np
import tokenizers
import torch
import transformers

import disguises
from free import ROOT, STRANGERS
from zoo import Model

WINDOW, WINDOWS = 256, 8
AUTO = {"llama": transformers.AutoModelForCausalLM, "gpt2": transformers.AutoModelForCausalLM,
        "mixtral": transformers.AutoModelForCausalLM, "bert": transformers.AutoModelForMaskedLM}


def predictions(folder, family, windows, places=slice(None)):
    """Logarithms of the probabilities of the tokens at some places of the vocabulary: others are suppressed."""
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    model = AUTO[family].from_pretrained(folder, dtype=torch.float32)
    with torch.no_grad():
        logits = model(torch.tensor(windows)).logits.double()[..., places]
        return torch.log_softmax(logits, -1).numpy()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--zoo", type=pathlib.Path, required=True)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    text = (ROOT / "docs/method.md").read_text()
    victims = {name: Model.load(arguments.zoo / name) for name in STRANGERS}
    others = {name: Model.load(arguments.zoo / name) for name in set(STRANGERS.values())}
    print("| disguise | victim | loss | divergence |\n|---|---|---:|---:|", flush=True)
    for name, victim in victims.items():
        tokenizer = tokenizers.Tokenizer.from_file(str(arguments.zoo / name / "tokenizer.json"))
        ids = tokenizer.encode(text).ids[: WINDOW * WINDOWS]
        windows = np.array(ids).reshape(-1, WINDOW)
        original = predictions(arguments.zoo / name, victim.family, windows)
        shift = 0 if victim.family == "bert" else 1

        def loss(log_p, targets):
            rows, columns = np.indices(targets[:, shift:].shape)
            return -log_p[:, : WINDOW - shift][rows, columns, targets[:, shift:]].mean()

        print(f"| none | {name} | {loss(original, windows):.2f} | |", flush=True)
        for kind, title, function, families, loads in disguises.DISGUISES:
            if not loads or victim.family not in families or arguments.only not in f"{title} {name}":
                continue
            stranger = others[STRANGERS[name]]
            stranger.label = STRANGERS[name]
            seed = zlib.crc32(f"{function.__name__} {name}".encode())
            model = function(victim, stranger, np.random.default_rng(seed))
            with tempfile.TemporaryDirectory() as temporary:
                folder = pathlib.Path(temporary) / "model"
                model.save(folder)
                # Where ids are dealt anew, the embedding shows which is which before it is turned.
                order = getattr(model, "token_order", None)
                size = victim.config["vocab_size"]
                places = np.arange(size) if order is None else np.argsort(order)[:size]
                log_p = predictions(folder, model.family, places[windows], places)
            divergence = (np.exp(original) * (original - log_p)).sum(-1).mean()
            print(f"| {title} | {name} | {loss(log_p, windows):.2f} | {divergence:.4f} |", flush=True)


if __name__ == "__main__":
    main()
