#!/usr/bin/env python3
"""Holds networks of one recipe against each other: are strangers accused, and are copies with other orders of units found?

usage: units.py --cli SHELLCHECK_MODEL [--fingerprints] [--json OUT] FOLDER

FOLDER has what `scripts/fixtures/make_unit_fixtures.py --strangers 20 FOLDER` wrote (with `--widths`, networks of other numbers of units):
KIND-SEED.safetensors. Each network is held against all others of its kind, whose weights are at hand, or with
--fingerprints only those. Printed, by kind: pairs, those
accused, the least log₁₀ p, the relations, and the exit statuses.
"""

import argparse
import json
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--cli", required=True)
parser.add_argument("--fingerprints", action="store_true")
parser.add_argument("--json")
parser.add_argument("folder", type=Path)
arguments = parser.parse_args()

rows = {}
kept = tempfile.TemporaryDirectory()


def reference(path):
    """What the model is held against as: its weights, or its fingerprint alone."""
    if not arguments.fingerprints:
        return path
    fingerprint = Path(kept.name) / f"{path.stem}.fingerprint.safetensors"
    if not fingerprint.exists():
        subprocess.run([arguments.cli, "fingerprint", str(path), "-o", str(fingerprint)], check=True, capture_output=True)
    return fingerprint


for kind in sorted({path.stem.rsplit("-", 1)[0] for path in arguments.folder.glob("*.safetensors")}):
    files = sorted(arguments.folder.glob(f"{kind}-*.safetensors"))
    pairs, accused, least, relations, statuses = 0, 0, 0.0, Counter(), Counter()
    for path in files:
        command = [arguments.cli, str(path), "--no-cache", "--format", "json"]
        for other in files:
            if other != path:
                command += ["--ref", str(reference(other))]
        run = subprocess.run(command, check=False, capture_output=True, text=True)
        report = json.loads(run.stdout)["reports"][0]
        pairs += len(report["candidates"])
        accused += len(report["parents"])
        least = min([least] + [candidate["log10P"] for candidate in report["candidates"]])
        relations[report["verdict"]["relation"]] += 1
        statuses[run.returncode] += 1
    rows[kind] = {
        "pairs": pairs, "accused": accused, "log10P": least, "relations": dict(relations), "statuses": dict(statuses)}
    print(
        f"{kind:10s} pairs {pairs:4d}  accused {accused}  least log10 p {least:6.1f}  {dict(relations)}  "
        f"statuses {dict(statuses)}", flush=True)
if arguments.json:
    Path(arguments.json).write_text(json.dumps(rows, indent=2, sort_keys=True) + "\n")
