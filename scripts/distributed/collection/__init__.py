"""A collection of models on many machines: what fingerprint.py and lineage.py share."""
