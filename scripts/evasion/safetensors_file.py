"""safetensors in and out, as float64 and bfloat16."""
import json
import struct

import numpy as np


def read(path):
    """Name → float64 array, of bfloat16 files."""
    raw = path.read_bytes()
    length = struct.unpack("<Q", raw[:8])[0]
    result = {}
    for name, entry in json.loads(raw[8 : 8 + length]).items():
        if name == "__metadata__":
            continue
        if entry["dtype"] != "BF16":
            raise ValueError(f"{path}: {name} is {entry['dtype']}, not BF16")
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        values = (np.frombuffer(raw[start:end], "<u2").astype("<u4") << 16).view("<f4")
        result[name] = values.astype(np.float64).reshape(entry["shape"])
    return result


def write(path, tensors):
    """In the order of the dictionary, as bfloat16; whole numbers of 16 bits as they are."""
    header, blobs, offset = {}, [], 0
    for name, values in tensors.items():
        whole = values.dtype == np.dtype("<i2")
        bits = np.ascontiguousarray(values, dtype="<f4").view("<u4")
        blob = values.tobytes() if whole else ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype("<u2").tobytes()
        header[name] = {
            "dtype": "I16" if whole else "BF16", "shape": list(np.shape(values)), "data_offsets": [offset, offset + len(blob)]}
        offset += len(blob)
        blobs.append(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.writelines(blobs)
