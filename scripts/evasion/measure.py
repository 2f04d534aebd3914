#!/usr/bin/env python3
"""Measure attack x strength x damage to the model x evidence left, and print the table of docs/evasion.md.

usage: scripts/evasion/measure.py --zoo FOLDER [--cli PATH] [--text FILE]...

The victim is the zoo's llama-s1; the corpus holds it among independent models. Damage is the mean loss in
nats per token on the text (by default this project's own documentation, which no zoo model has seen) and
the mean Kullback-Leibler divergence of the attacked model's predictions from the victim's. Needs numpy and
tokenizers.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import tokenizers

import attacks
from llama import Llama

ROOT = pathlib.Path(__file__).resolve().parents[2]
REFERENCES = ["llama-s1", "llama-s2", "llama-s3", "qwen2-s6", "gpt2-s7"]
WINDOW, WINDOWS = 256, 12


def anonymous(name):
    """A name that says nothing, and no order either."""
    return f"t{abs(hash_of(name)) % 10**9:09d}"


def hash_of(text):
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


def cases(victim, stranger):
    """(attack, strength, model, how it is saved)."""
    yield "none", "", victim.copy(), {}
    for strength in (0.1, 0.25, 0.5, 1.0, 2.0):
        yield "noise on all matrices", f"{strength:g} sd", attacks.noise(victim, strength), {}
    for bits in (8, 4, 3, 2):
        yield "quantised", f"{bits} bits", attacks.quantise(victim, bits), {}
    for share in (0.5, 0.8, 0.95):
        yield "values pruned", f"{share:.0%}", attacks.prune(victim, share), {}
    for share in (0.5, 0.2, 0.1, 0.05):
        yield "averaged with a stranger", f"keeps {share:.0%}", attacks.average(victim, stranger, share), {}
    for layers in ((0,), (1, 3, 5), (0, 1, 2, 3, 5)):
        yield ("layers of a stranger spliced in", f"{len(layers)} of 6",
               attacks.splice(victim, stranger, layers), {})
    disguised = attacks.rebase(victim)
    yield "re-based (rotated, permuted, rescaled)", "", disguised, {}
    for strength in (0.25, 0.5, 1.0, 2.0):
        yield "re-based, noise on all matrices", f"{strength:g} sd", attacks.noise(disguised, strength), {}
    for strength in (0.5, 1.0, 2.0, 4.0):
        yield ("re-based, noise on the embedding", f"{strength:g} sd",
               attacks.embedding_noise(disguised, strength), {})
    for share in (0.1, 0.5, 0.8, 1.0):
        yield ("re-based, embedding rows drawn anew", f"{share:.0%}",
               attacks.embedding_rows_replaced(disguised, share), {})
    for share in (0.5, 0.2):
        yield ("re-based, averaged with a stranger", f"keeps {share:.0%}",
               attacks.average(disguised, stranger, share), {})
    for layers in ((1, 3, 5), (0, 1, 2, 3, 5)):
        yield ("re-based, layers of a stranger spliced in", f"{len(layers)} of 6",
               attacks.splice(disguised, attacks.rebase(stranger, seed=1), layers), {})
    yield "tensors renamed, no tokenizer, no config", "", victim.copy(), {
        "rename": anonymous, "tokenizer": False, "config": False}
    yield "re-based, no tokenizer", "", disguised, {"tokenizer": False}
    yield "re-based, tensors renamed, no tokenizer, no config", "", disguised, {
        "rename": anonymous, "tokenizer": False, "config": False}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--zoo", type=pathlib.Path, required=True)
    parser.add_argument("--cli", default=ROOT / ".build/release/shellcheck-model")
    parser.add_argument("--text", type=pathlib.Path, action="append")
    arguments = parser.parse_args()
    victim = Llama.load(arguments.zoo / "llama-s1")
    stranger = Llama.load(arguments.zoo / "llama-s2")
    tokenizer = tokenizers.Tokenizer.from_file(str(arguments.zoo / "llama-s1/tokenizer.json"))
    texts = arguments.text or [ROOT / "docs/method.md", ROOT / "README.md"]
    tokens = tokenizer.encode("\n".join(path.read_text() for path in texts)).ids
    windows = [tokens[i * WINDOW : (i + 1) * WINDOW] for i in range(min(WINDOWS, len(tokens) // WINDOW))]

    def predictions(model):
        return [model.log_probabilities(np.array(window[:-1])) for window in windows]

    def loss(log_p):
        return -np.mean([p[np.arange(len(w) - 1), w[1:]].mean() for p, w in zip(log_p, windows)])

    original = predictions(victim)
    print(f"Loss of independent models: llama-s2 {loss(predictions(stranger)):.2f} nats. "
          f"{len(windows)} windows of {WINDOW} tokens.\n", flush=True)
    print("| attack | strength | loss | divergence | verdict | log10 p | linear | circuits | obfuscation |")
    print("|---|---|---:|---:|---|---:|---:|---:|---|", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        temporary = pathlib.Path(temporary)
        corpus = temporary / "corpus"
        corpus.mkdir()
        for name in REFERENCES:
            (corpus / name).symlink_to((arguments.zoo / name).resolve())
        for number, (attack, strength, model, saved) in enumerate(cases(victim, stranger)):
            folder = temporary / f"case-{number}"
            model.save(folder, **saved)
            log_p = predictions(model)
            divergence = np.mean([(np.exp(a) * (a - b)).sum(-1).mean() for a, b in zip(original, log_p)])
            process = subprocess.run(
                [arguments.cli, "check", folder, "--ref", corpus, "--format", "json"],
                capture_output=True, text=True)
            if process.returncode not in (0, 1, 2) or not process.stdout:
                sys.exit(f"{attack} {strength}: {process.stderr}")
            report = json.loads(process.stdout)["reports"][0]
            own = next(c for c in report["candidates"] if c["reference"] == "llama-s1")
            findings = {finding["code"] for finding in report["findings"]}
            parents = ", ".join(parent["reference"] for parent in report["parents"])
            circuits = own["circuitsMean"]
            print(f"| {attack} | {strength} | {loss(log_p):.2f} | {divergence:.2f} "
                  f"| {report['verdict']['relation']}{': ' + parents if parents else ''} ({process.returncode}) "
                  f"| {own['log10P']:.0f} | {own['linearMean']:.2f} "
                  f"| {'none' if circuits is None else format(circuits, '.2f')} "
                  f"| {'yes' if 'SCM5001' in findings else ''} |", flush=True)


if __name__ == "__main__":
    main()
