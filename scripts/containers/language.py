"""Writers of a small Llama model: one function for each container, by the library that defines it."""

import importlib.machinery
import importlib.metadata
import json
import shutil
import sys
import types
from pathlib import Path

import h5py
import numpy as np
import torch
from safetensors.torch import load_file, save_file

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "fixtures"))


class Language:
    """A folder with config.json and model.safetensors; `tensors` are its values, in bfloat16."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.config = json.loads((self.folder / "config.json").read_text())
        self.tensors = load_file(self.folder / "model.safetensors")

    def matrices(self):
        """Names of the matrices that quantisers take: those of the layers."""
        return [name for name in self.tensors if name.endswith("proj.weight")]

    def module(self):
        from transformers import AutoModelForCausalLM

        return AutoModelForCausalLM.from_pretrained(self.folder, dtype=torch.float32).eval()

    def beside(self, out, settings=None):
        """Makes the folder `out` with the model's configuration and tokenizer, and `settings` in it."""
        out.mkdir(parents=True)
        for file in self.folder.iterdir():
            if file.suffix == ".json" and file.name != "config.json":
                shutil.copy(file, out)
        (out / "config.json").write_text(json.dumps(self.config | (settings or {})))


def saved(model, out, tensors, settings=None, metadata=None):
    """A folder of safetensors."""
    model.beside(out, settings)
    tensors = {name: value.detach().clone().contiguous() for name, value in tensors.items()}
    save_file(tensors, out / "model.safetensors", metadata=metadata)


def packed(pack, settings=None, metadata=None):
    """A writer of safetensors in which `pack` makes tensors by suffix of each matrix."""
    def write(model, out):
        tensors = dict(model.tensors)
        for name in model.matrices():
            stem = name.removesuffix(".weight")
            made = pack(tensors.pop(name).float())
            tensors |= {f"{stem}.{suffix}": value for suffix, value in made.items()}
        saved(model, out, tensors, settings, metadata)
    return write


def packages(distribution, *names):
    """Makes packages importable module by module, without what their __init__ import."""
    place = importlib.metadata.distribution(distribution).locate_file("")
    for name in names:
        module = types.ModuleType(name)
        module.__spec__ = importlib.machinery.ModuleSpec(name, None, is_package=True)
        module.__path__ = [str(Path(place) / name.replace(".", "/"))]
        sys.modules[name] = module


def half(model, out):
    saved(model, out, {name: value.half() for name, value in model.tensors.items()})


def single(model, out):
    saved(model, out, {name: value.float() for name, value in model.tensors.items()})


def pytorch(model, out, legacy=False):
    model.beside(out)
    torch.save(model.tensors, out / "pytorch_model.bin", _use_new_zipfile_serialization=not legacy)


def pytorch_sharded(model, out):
    model.beside(out)
    names = sorted(model.tensors)
    places = {}
    for part in range(2):
        file = f"pytorch_model-0000{part + 1}-of-00002.bin"
        own = names[part::2]
        torch.save({name: model.tensors[name] for name in own}, out / file)
        places |= {name: file for name in own}
    (out / "pytorch_model.bin.index.json").write_text(json.dumps({"metadata": {}, "weight_map": places}))


def lightning(model, out):
    model.beside(out)
    state = {f"model.module.{name}": value for name, value in model.tensors.items()}
    torch.save({"epoch": 1, "state_dict": state, "optimizer_states": []}, out / "last.ckpt")


def numpy_archive(model, out):
    model.beside(out)
    np.savez(out / "model.npz", **{name: value.float().numpy() for name, value in model.tensors.items()})


def hdf5(model, out):
    model.beside(out)
    with h5py.File(out / "model.h5", "w") as file:
        for name, value in model.tensors.items():
            file[name.replace(".", "/")] = value.float().numpy()


def tensorflow(model, out):
    import tensorflow as tf

    model.beside(out)
    values = {name: tf.Variable(value.float().numpy()) for name, value in model.tensors.items()}
    tf.raw_ops.SaveV2(
        prefix=str(out / "model.ckpt"), tensor_names=list(values),
        shape_and_slices=[""] * len(values), tensors=[value.read_value() for value in values.values()])


def gguf(kind):
    def write(model, out):
        from convert_to_gguf import Type, main

        out.mkdir(parents=True)
        main(model.folder, out / f"{out.name}.gguf", Type[kind])
    return write


def onnx(dynamo):
    def write(model, out):
        network = model.module()
        forward = network.forward
        # With a mask, the library does not look for several texts in one.
        network.forward = lambda ids: forward(
            input_ids=ids, attention_mask=torch.ones_like(ids), use_cache=False).logits
        model.beside(out)
        torch.onnx.export(
            network, (torch.zeros(1, 4, dtype=torch.long),), out / "model.onnx", dynamo=dynamo,
            verbose=False, **({"external_data": True} if dynamo else {}))
    return write


def onnx_quantised(how):
    def write(model, out):
        from onnxruntime.quantization import QuantType, quantize_dynamic
        from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
        import onnx as library

        plain = out.parent / f"{out.name}.plain"
        onnx(False)(model, plain)
        model.beside(out)
        if how == "dynamic":
            quantize_dynamic(plain / "model.onnx", out / "model.onnx", weight_type=QuantType.QInt8,
                             per_channel=True)
        else:
            quantiser = MatMulNBitsQuantizer(
                library.load(plain / "model.onnx"), bits=4, block_size=32, is_symmetric=False)
            quantiser.process()
            quantiser.model.save_model_to_file(str(out / "model.onnx"))
        shutil.rmtree(plain)
    return write


def fp8_blocks(w):
    """As DeepSeek's fp8_cast: blocks of 128 by 128, the largest at 448."""
    rows, columns = -(-w.shape[0] // 128), -(-w.shape[1] // 128)
    whole = torch.zeros(rows * 128, columns * 128)
    whole[:w.shape[0], :w.shape[1]] = w
    blocks = whole.reshape(rows, 128, columns, 128)
    scale = blocks.abs().amax((1, 3)) / 448
    codes = (blocks / scale[:, None, :, None]).reshape(rows * 128, columns * 128)
    return {"weight": codes[:w.shape[0], :w.shape[1]].to(torch.float8_e4m3fn), "weight_scale_inv": scale}


def compressed(layout, bits, group=None, kind="int"):
    def pack(w):
        from compressed_tensors.compressors import BaseCompressor
        from compressed_tensors.quantization import QuantizationArgs, QuantizationScheme
        from compressed_tensors.quantization.utils import calculate_qparams

        strategy = "tensor_group" if layout.startswith("nvfp4") else "group" if group else "channel"
        args = QuantizationArgs(
            num_bits=bits, type=kind, strategy=strategy, group_size=group, symmetric=True)
        groups = w.reshape(w.shape[0], -1, group or w.shape[1])
        state = {"weight": w.clone()}
        if layout.startswith("nvfp4"):
            whole = 448 * 6 / w.abs().max()
            state["weight_global_scale"] = whole.reshape(1)
            state["weight_scale"] = (
                groups.abs().amax(-1) / 6 * whole).to(torch.float8_e4m3fn).float()
        elif layout.startswith("mxfp4"):
            state["weight_scale"] = 2.0 ** torch.floor(torch.log2(groups.abs().amax(-1)) - 2)
        else:
            scale, zero = calculate_qparams(groups.amin(-1), groups.amax(-1), args)
            state["weight_scale"] = scale
            if kind == "int":
                state["weight_zero_point"] = zero
        compressor = BaseCompressor.get_value_from_registry(layout)
        return compressor.compress(state, QuantizationScheme(targets=["Linear"], weights=args))
    return packed(pack, {"quantization_config": {"quant_method": "compressed-tensors", "format": layout}})


def grid(w, bits, group):
    """Scales and zero points of groups of inputs, and the matrix within what they span."""
    groups = w.reshape(w.shape[0], -1, group)
    low, high = groups.amin(-1).clamp(max=0), groups.amax(-1).clamp(min=0)
    scale = ((high - low) / (2**bits - 1)).half().float()
    zero = torch.round(-low / scale).clamp(1, 2**bits - 1)
    order = torch.arange(w.shape[1]) // group
    inside = torch.minimum(torch.maximum(w, (-zero * scale)[:, order]),
                           ((2**bits - 1 - zero) * scale)[:, order])
    linear = torch.nn.Linear(w.shape[1], w.shape[0], bias=False)
    linear.weight.data = inside
    return scale, zero, order, linear


def gptq(w):
    packages("auto-gptq", "auto_gptq", "auto_gptq.nn_modules", "auto_gptq.nn_modules.qlinear")
    from auto_gptq.nn_modules.qlinear.qlinear_cuda import QuantLinear

    scale, zero, order, linear = grid(w, 4, 32)
    layer = QuantLinear(4, 32, w.shape[1], w.shape[0], False, weight_dtype=torch.float32)
    layer.pack(linear, scale.clone(), zero.clone(), g_idx=order.to(torch.int32))
    layer.scales = layer.scales.half()
    return {key: getattr(layer, key) for key in ("qweight", "qzeros", "scales", "g_idx")}


def awq(w):
    packages("autoawq", "awq", "awq.modules", "awq.modules.linear", "awq.utils")
    from awq.modules.linear.gemm import WQLinear_GEMM

    scale, zero, _, linear = grid(w, 4, 32)
    layer = WQLinear_GEMM.from_linear(
        linear, 4, 32, scales=scale.t().contiguous(), zeros=zero.t().contiguous())
    return {key: getattr(layer, key) for key in ("qweight", "qzeros", "scales")}


def bits_and_bytes(kind):
    def pack(w):
        from bitsandbytes import functional as F

        if kind == "int8":
            codes, scales, _ = F.int8_vectorwise_quant(w.half())
            return {"weight": codes, "SCB": scales}
        codes, state = F.quantize_4bit(w, blocksize=64, quant_type=kind, compress_statistics=True)
        return {"weight": codes} | {
            f"weight.{key}": value for key, value in state.as_dict(packed=True).items()}
    return pack


def hqq(w):
    from hqq.core.quantize import BaseQuantizeConfig, HQQLinear

    linear = torch.nn.Linear(w.shape[1], w.shape[0], bias=False)
    linear.weight.data = w
    layer = HQQLinear(linear, BaseQuantizeConfig(nbits=4, group_size=64, axis=1),
                      compute_dtype=torch.float32, device="cpu")
    return layer.state_dict()


def mlx(w):
    import mlx.core as mx

    mx.set_default_device(mx.cpu)
    made = mx.quantize(mx.array(w.numpy()), group_size=64, bits=4)
    return dict(zip(("weight", "scales", "biases"), (torch.from_numpy(np.array(v)) for v in made)))


def quanto(w):
    from optimum.quanto import qint8, quantize_weight

    made = quantize_weight(w, qtype=qint8, axis=0, scale=w.abs().amax(1, keepdim=True) / 127)
    return {"weight._data": made._data, "weight._scale": made._scale}


def torchao(model, out):
    from torchao.prototype.safetensors.safetensors_support import flatten_tensor_state_dict
    from torchao.quantization import Int8WeightOnlyConfig, quantize_

    network = model.module()
    quantize_(network.model.layers, Int8WeightOnlyConfig())
    tensors, metadata = flatten_tensor_state_dict(network.state_dict())
    saved(model, out, tensors, metadata=metadata)


def modelopt(w):
    from modelopt.torch.quantization.qtensor import NVFP4QTensor

    codes, scales, whole = NVFP4QTensor.quantize(w, 16)
    return {"weight": codes._quantized_data, "weight_scale": scales, "weight_scale_2": whole}


# Container, its writer's package, bits of a quantiser or nothing, function.
WRITERS = [
    ("safetensors, F16", "safetensors", None, half),
    ("safetensors, F32", "safetensors", None, single),
    ("PyTorch, zip", "torch", None, pytorch),
    ("PyTorch, legacy", "torch", None, lambda model, out: pytorch(model, out, legacy=True)),
    ("PyTorch, shards", "torch", None, pytorch_sharded),
    ("PyTorch, Lightning's keys", "torch", None, lightning),
    ("NumPy", "numpy", None, numpy_archive),
    ("HDF5", "h5py", None, hdf5),
    ("TensorFlow checkpoint", "tensorflow", None, tensorflow),
    ("ONNX, traced", "torch", None, onnx(False)),
    ("ONNX, dynamo, data beside", "torch", None, onnx(True)),
    ("ONNX, dynamic int8", "onnxruntime", 8, onnx_quantised("dynamic")),
    ("ONNX, MatMulNBits", "onnxruntime", 4, onnx_quantised("blocks")),
    ("GGUF F32", "gguf", None, gguf("F32")),
    ("GGUF BF16", "gguf", None, gguf("BF16")),
    ("GGUF F16", "gguf", None, gguf("F16")),
    ("GGUF Q8_0", "gguf", 8, gguf("Q8_0")),
    ("GGUF Q5_0", "gguf", 5, gguf("Q5_0")),
    ("GGUF Q4_0", "gguf", 4, gguf("Q4_0")),
    ("GGUF Q4_1", "gguf", 4, gguf("Q4_1")),
    ("GGUF MXFP4", "gguf", 4, gguf("MXFP4")),
    ("FP8 in blocks", "torch", 8, packed(
        fp8_blocks, {"quantization_config": {"quant_method": "fp8", "weight_block_size": [128, 128]}})),
    ("compressed-tensors, FP8", "compressed-tensors", 8, compressed("float-quantized", 8, kind="float")),
    ("compressed-tensors, int8", "compressed-tensors", 8, compressed("int-quantized", 8)),
    ("compressed-tensors, packed int4", "compressed-tensors", 4, compressed("pack-quantized", 4, 32)),
    ("compressed-tensors, NVFP4", "compressed-tensors", 4, compressed(
        "nvfp4-pack-quantized", 4, 16, "float")),
    ("compressed-tensors, MXFP4", "compressed-tensors", 4, compressed(
        "mxfp4-pack-quantized", 4, 32, "float")),
    ("ModelOpt NVFP4", "nvidia-modelopt", 4, packed(
        modelopt, {"quantization_config": {"quant_method": "modelopt", "quant_algo": "NVFP4"}})),
    ("GPTQ", "auto-gptq", 4, packed(gptq, {"quantization_config": {"quant_method": "gptq", "bits": 4}})),
    ("AWQ", "autoawq", 4, packed(
        awq, {"quantization_config": {"quant_method": "awq", "version": "gemm", "bits": 4}})),
    ("AutoRound, packed as GPTQ", "auto-gptq", 4, packed(gptq, {"quantization_config": {
        "quant_method": "auto-round", "packing_format": "auto_round:auto_gptq", "bits": 4,
        "group_size": 32, "sym": False}})),
    ("AutoRound, packed as AWQ", "autoawq", 4, packed(awq, {"quantization_config": {
        "quant_method": "auto-round", "packing_format": "auto_round:auto_awq", "bits": 4,
        "group_size": 32, "sym": False}})),
    ("bitsandbytes NF4", "bitsandbytes", 4, packed(bits_and_bytes("nf4"))),
    ("bitsandbytes FP4", "bitsandbytes", 4, packed(bits_and_bytes("fp4"))),
    ("bitsandbytes int8", "bitsandbytes", 8, packed(bits_and_bytes("int8"))),
    ("HQQ", "hqq", 4, packed(hqq)),
    ("MLX", "mlx", 4, packed(mlx, {"quantization": {"bits": 4, "group_size": 64}})),
    ("quanto int8", "optimum-quanto", 8, packed(quanto)),
    ("torchao int8", "torchao", 8, torchao),
]
