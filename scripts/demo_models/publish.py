"""Writing weight files and model cards."""
from safetensors.numpy import save


def save_file(tensors, path, metadata=None):
    """safetensors' own save_file, but readable by everyone."""
    path.write_bytes(save(tensors, metadata))


def write_card(folder, title, text, parent=None):
    front = ["---", "license: apache-2.0"]
    if parent:
        front += [f"base_model: {parent}", "base_model_relation: finetune"]
    (folder / "README.md").write_text("\n".join([*front, "---", f"# {title}", "", text, ""]))
