"""Small networks that are no language models, trained by Keras, and their writers."""

import os
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
SAMPLES = 256


class Network:
    """A Keras archive, and the same as tensors of torch beside it."""

    def __init__(self, kind, base):
        self.kind, self.base = kind, base

    def keras(self):
        import keras

        return keras.models.load_model(f"{self.base}.keras")

    def tensors(self):
        return load_file(f"{self.base}.safetensors")

    def module(self):
        module = {"cnn": Convolutional, "lstm": lambda: Recurrent(torch.nn.LSTM),
                  "gru": lambda: Recurrent(torch.nn.GRU)}[self.kind]()
        module.load_state_dict(self.tensors(), strict=False)
        return module.eval()

    def example(self):
        return torch.zeros(1, 3, 12, 12) if self.kind == "cnn" else torch.zeros(1, 7, dtype=torch.long)


class Convolutional(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first = torch.nn.Conv2d(3, 16, 3)
        self.norm = torch.nn.BatchNorm2d(16, eps=1e-3)
        self.depth = torch.nn.Conv2d(16, 16, 3, groups=16)
        self.second = torch.nn.Conv2d(16, 24, 3)
        self.up = torch.nn.ConvTranspose2d(24, 12, 3, 2)
        self.dense = torch.nn.Linear(12, 40)
        self.out = torch.nn.Linear(40, 5)

    def forward(self, x):
        x = self.depth(torch.relu(self.norm(self.first(x))))
        x = self.up(torch.relu(self.second(x))).mean((2, 3))
        return self.out(self.dense(x))


class Recurrent(torch.nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.table = torch.nn.Embedding(60, 16)
        self.lower = kind(16, 24, batch_first=True)
        self.upper = kind(24, 20, batch_first=True)
        self.out = torch.nn.Linear(20, 5)

    def forward(self, ids):
        x = self.upper(self.lower(self.table(ids))[0])[0]
        return self.out(x[:, -1])


def train(base, kind, seed, parent=None):
    """Draws a network of a seed, or goes on from another's, and trains it; writes it as Keras and torch have it."""
    import keras

    sys.path.insert(0, str(FIXTURES))
    import make_container_fixtures as fixtures

    keras.utils.set_random_seed(seed)
    model = keras.models.load_model(f"{parent}.keras") if parent else fixtures.network(kind)
    random = np.random.default_rng(seed)
    data = (random.standard_normal((SAMPLES, 12, 12, 3)).astype(np.float32) if kind == "cnn"
            else random.integers(0, 60, (SAMPLES, 7)))
    model.compile(keras.optimizers.Adam(3e-3), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(data, random.integers(0, 5, SAMPLES), epochs=3 if parent else 12, batch_size=32, verbose=0)
    model.save(f"{base}.keras", include_optimizer=False)
    tensors = fixtures.torch_tensors(model, kind)
    fixtures.check(model, tensors, kind)
    save_file({key: torch.from_numpy(np.ascontiguousarray(value)) for key, value in tensors.items()},
              f"{base}.safetensors")


def every(out, apart, reuse):
    """Kind, models (parent, child, stranger) and writers of each network."""
    for kind in ("cnn", "lstm", "gru"):
        models = [Network(kind, out / f"{kind}-{role}") for role in ("parent", "child", "stranger")]
        first = str(models[0].base)
        for model, seed, parent in zip(models, (1, 2, 3), (None, first, None)):
            if reuse and Path(f"{model.base}.safetensors").exists():
                continue
            if not apart(lambda: train(str(model.base), kind, seed, parent)):
                sys.exit(f"{kind}: not trained")
        yield kind, models, writers(kind)


def writers(kind):
    if kind == "cnn":
        return WRITERS + CONVOLUTIONAL
    # ONNX Runtime leaves what a GRU has as it is, which is nearly all.
    return [(name, package, None, write, {"quantise"}) if kind == "gru" and write is onnx_dynamic
            else (name, package, bits, write, *rest) for name, package, bits, write, *rest in WRITERS]


def pytorch(model, out, legacy=False):
    torch.save(model.module().state_dict(), out.with_suffix(".pt"),
               _use_new_zipfile_serialization=not legacy)


def whole(model, out):
    torch.save({"model": model.module(), "epoch": 3}, out.with_suffix(".pth"))


def script(model, out):
    torch.jit.script(model.module()).save(out.with_suffix(".pt"))


def numpy_archive(model, out):
    np.savez(out.with_suffix(".npz"), **{v.path: v.numpy() for v in model.keras().weights})


def torch_numpy(model, out):
    np.savez(out.with_suffix(".npz"), **{key: value.numpy() for key, value in model.tensors().items()})


def saved_keras(ending):
    def write(model, out):
        path = f"{out}{ending}"
        network = model.keras()
        network.save_weights(path) if "weights" in ending else network.save(path)
    return write


def checkpoint(model, out):
    import tensorflow as tf

    out.mkdir()
    tf.train.Checkpoint(model=model.keras()).write(str(out / "model.ckpt"))


def saved_model(model, out):
    import tensorflow as tf

    tf.saved_model.save(model.keras(), str(out))


def onnx(dynamo):
    def write(model, out):
        torch.onnx.export(
            model.module(), (model.example(),), out.with_suffix(".onnx"), dynamo=dynamo, verbose=False,
            **({"external_data": False} if dynamo else {}))
    return write


def unfolded(model, out):
    """With the batch norm as an operation of its own, as exports for training have it."""
    torch.onnx.export(
        model.module(), (model.example(),), out.with_suffix(".onnx"), dynamo=False, verbose=False,
        training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False)


def onnx_dynamic(model, out):
    from onnxruntime.quantization import QuantType, quantize_dynamic

    plain = out.with_suffix(".plain.onnx")
    onnx(False)(model, plain)
    quantize_dynamic(plain.with_suffix(".onnx"), out.with_suffix(".onnx"), weight_type=QuantType.QInt8,
                     op_types_to_quantize=["MatMul", "Gemm", "Gather", "LSTM", "Conv"])
    plain.with_suffix(".onnx").unlink()


def keras_onnx(model, out):
    network = model.keras()
    shape = (1, 12, 12, 3) if model.kind == "cnn" else (1, 7)
    network(np.zeros(shape, np.float32 if model.kind == "cnn" else np.int32))
    network.export(str(out.with_suffix(".onnx")), format="onnx", verbose=False)


def lite(how):
    def write(model, out):
        import tensorflow as tf

        import keras

        network = model.keras()
        if model.kind != "cnn":
            # Recurrent operations need a batch of known size.
            ids = keras.Input((7,), batch_size=1, dtype="int32")
            x = ids
            for layer in network.layers:
                x = layer(x)
            network = keras.Model(ids, x)
        converter = tf.lite.TFLiteConverter.from_keras_model(network)
        if how != "float":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if how == "half":
            converter.target_spec.supported_types = [tf.float16]
        if how == "full":
            random = np.random.default_rng(13)
            converter.representative_dataset = lambda: (
                [random.normal(size=(1, 12, 12, 3)).astype(np.float32)] for _ in range(8))
            converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        out.with_suffix(".tflite").write_bytes(converter.convert())
    return write


def gguf(model, out):
    import gguf as library

    writer = library.GGUFWriter(out.with_suffix(".gguf"), "network")
    for key, value in model.tensors().items():
        writer.add_tensor(key, value.numpy())
    for write in (writer.write_header_to_file, writer.write_kv_data_to_file, writer.write_tensors_to_file):
        write()
    writer.close()


# Container, its writer's package, bits of a quantiser or nothing, function, and kinds of change that are right beside
# those of a container.
WRITERS = [
    ("PyTorch, zip", "torch", None, pytorch),
    ("PyTorch, legacy", "torch", None, lambda model, out: pytorch(model, out, legacy=True)),
    ("PyTorch, module", "torch", None, whole),
    ("TorchScript", "torch", None, script),
    ("NumPy, PyTorch's layout", "numpy", None, torch_numpy),
    ("NumPy, Keras' layout", "numpy", None, numpy_archive),
    ("Keras archive", "keras", None, saved_keras(".keras")),
    ("Keras, HDF5", "keras", None, saved_keras(".h5")),
    ("Keras, weights", "keras", None, saved_keras(".weights.h5")),
    ("TensorFlow checkpoint", "tensorflow", None, checkpoint),
    ("SavedModel", "tensorflow", None, saved_model),
    ("GGUF", "gguf", None, gguf),
    ("ONNX, traced", "torch", None, onnx(False), {"fold"}),
    ("ONNX, dynamo", "torch", None, onnx(True), {"fold"}),
    ("ONNX, unfolded", "torch", None, unfolded),
    ("ONNX, dynamic int8", "onnxruntime", 8, onnx_dynamic, {"fold"}),
    ("ONNX, by Keras", "keras", None, keras_onnx, {"fold"}),
    ("TFLite", "tensorflow", None, lite("float"), {"fold"}),
    ("TFLite, F16", "tensorflow", None, lite("half"), {"fold"}),
    ("TFLite, dynamic int8", "tensorflow", 8, lite("dynamic"), {"fold"}),
]
CONVOLUTIONAL = [("TFLite, int8", "tensorflow", 8, lite("full"), {"fold"})]
