"""Tiny models of every type that Transformers and Diffusers know."""

import copy
import importlib
import re

import torch
import transformers
from transformers.models.auto import modeling_auto as auto
from transformers.models.auto.configuration_auto import (
    CONFIG_MAPPING_NAMES,
    model_type_to_module_name,
)

# Whole models before their parts: a vision and language model before its language model.
TASKS = [
    "IMAGE_TEXT_TO_TEXT", "MULTIMODAL_LM", "CAUSAL_LM", "SEQ_TO_SEQ_CAUSAL_LM",
    "SPEECH_SEQ_2_SEQ", "MASKED_LM", "PRETRAINING", "IMAGE_CLASSIFICATION", "CTC",
    "OBJECT_DETECTION", "SEMANTIC_SEGMENTATION", "UNIVERSAL_SEGMENTATION",
]
# What sizes become, by the name of their key; the first pattern holds, None leaves a size alone.
SIZES = [
    (r"codebook_size$", 256),
    (r"num_feat_extract_layers|^n_(input|recurrent|output)_layers$|num_conv_layers", None),
    (r"^(num_)?(nextn|mtp)", None),
    (r"vocab_size", 320),
    (r"^(n_routed|num|num_local|moe_num|num_routed|n)_experts$", 4),
    (r"experts_per_tok(en)?$|^moe_(topk|k|top_k)$|^top_k(_experts)?$|selected_experts$", 2),
    (r"^(n_group|topk_group|num_expert_group)$", 1),
    (r"^(n|num|moe_num)_shared_experts$", 1),
    (r"^(first_k_dense_replace|moe_layer_start_index)$", 1),
    (r"(key_value_heads|kv_heads|query_groups|linear_num_key_heads)$|^n_head_kv$", 2),
    (r"^linear_num_value_heads$", 4),
    (r"^(mamba_n_heads|mamba_num_heads)$", 8),
    (r"^(mamba_d_state|ssm_state_size|state_size)$", 16),
    (r"^(mamba_n_groups|n_groups)$", 2),
    (r"^mamba_d_ssm$", 128),
    (r"^(q|kv)_lora_rank$|^qk_head_dim$|^index_head_dim$", 32),
    (r"^index_topk$", 8),
    (r"head_dim$|^d_kv$|^head_size$|^kv_channels$|^mamba_d_head$|^laurel_rank$", 16),
    (r"heads?$", 4),
    (r"^hidden_size_per_layer_input$", 16),
    (r"intermediate_size|inner_size|ffn_dim$|^d_ff$|^n_inner$|^mlp_dim$|^d_inner$", 128),
    (r"^(num_hidden_layers|n_layers?|num_layers|.*_layers|num_blocks|depth|n_block)$", "layers"),
    (r"hidden_size$|^d_model$|^n_embd$|embed_dim$|^hidden_dim$|^embedding_(dim|size)$", 64),
    (r"^(dim|emb_dim|model_dim|width|output_dim|output_size)$|proj(ection)?_dim$", 64),
    (r"max_position_embeddings$|^n_positions$|^max_(source|target)_positions$|^n_ctx$", 128),
    (r"^image_size$", 32),
    (r"^patch_size$", 8),
]
KINDS = r"(layer_types|layers_block_type|block_types|indexer_types|attn_type_list)$"
DROPPED = {
    "per_layer_config", "out_features", "out_indices", "stage_names", "label2id", "id2label",
    "model_type", "architectures", "dtype", "transformers_version",
}


class CannotBuild(Exception):
    """Why there is no tiny model of a type."""


def class_names(model_type):
    maps = [f"MODEL_FOR_{task}_MAPPING_NAMES" for task in TASKS] + ["MODEL_MAPPING_NAMES"]
    maps += sorted(n for n in dir(auto) if n.startswith("MODEL_FOR") and n.endswith("_NAMES"))
    found = []
    for name in maps:
        value = getattr(auto, name, {}).get(model_type)
        for cls in value if isinstance(value, (tuple, list)) else [value]:
            if cls is not None and cls not in found:
                found.append(cls)
    return found


def first(config, *keys):
    return next((config[k] for k in keys if isinstance(config.get(k), int)), None)


def shrunk(config, layers, level):
    """The configuration with small sizes; `level` is `all`, `fill` (what is None too) or `layers`."""
    depth = first(config, "num_hidden_layers", "n_layer", "num_layers", "n_layers")
    heads = first(config, "num_attention_heads", "n_head", "num_heads", "n_heads")
    return {
        key: shrunk_value(key, value, layers, level, depth, heads)
        for key, value in config.items()
        if key not in DROPPED
    }


def shrunk_value(key, value, layers, level, depth, heads):
    whole = level in ("all", "fill")
    size = next((s for pattern, s in SIZES if re.search(pattern, key)), None)
    size = layers if size == "layers" else size
    if key == "mrope_section" and whole:
        return [2, 3, 3]
    if isinstance(value, dict):
        if key.endswith("config"):
            kind = {"model_type": value["model_type"]} if value.get("model_type") else {}
            return shrunk(value, layers, level) | kind
        if key.startswith("rope"):
            return {k: shrunk_value(k, v, layers, level, depth, heads) if k == "mrope_section" else v
                    for k, v in value.items()}
        return value
    if isinstance(value, list) and value:
        if re.search(KINDS, key) and isinstance(value[0], str):
            kinds = list(dict.fromkeys(value))
            return (kinds + [value[0]] * layers)[:layers]
        if depth and len(value) == depth and depth > layers:
            return [shrunk_value(key, v, layers, level, None, heads) for v in value[:layers]]
        return value
    if value is None:
        return size if level == "fill" else None
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    if whole and value == heads and re.search(r"(key_value_heads|kv_heads)$", key):
        return 4
    if whole and key.endswith("token_id") and value > 300:
        return 7
    if size is not None and value > 0 and (whole or size in (layers, 320)):
        return min(value, size)
    return value


def kinds_of_layers(config):
    counts = [2]
    for key, value in config.items():
        if isinstance(value, dict):
            counts.append(kinds_of_layers(value))
        elif isinstance(value, list) and re.search(KINDS, key):
            counts.append(min(4, len(set(map(str, value)))))
    return max(counts)


def configuration(model_type, largest):
    """Class and configuration of a model of at most `largest` parameters, or CannotBuild."""
    names = class_names(model_type)
    if not names:
        raise CannotBuild("no model of its own: a part of others")
    module = importlib.import_module(
        f"transformers.models.{model_type_to_module_name(model_type)}")
    config_class = getattr(module, CONFIG_MAPPING_NAMES[model_type], None)
    if config_class is None:
        raise CannotBuild("a name for another type's configuration")
    try:
        full = config_class().to_dict()
    except Exception as error:
        raise CannotBuild(f"no default configuration: {words(error)}") from None
    kinds = kinds_of_layers(full)
    reason = ""
    for name in names[:3]:
        cls = getattr(transformers, name, None)
        if cls is None:
            reason = reason or f"{name} is not there"
            continue
        for level, layers in (("all", kinds), ("fill", kinds), ("all", 4), ("fill", 4),
                              ("layers", kinds)):
            try:
                config = config_class(**copy.deepcopy(shrunk(full, layers, level)))
                with torch.device("meta"):
                    model = cls(config)
                count = sum(p.numel() for p in model.parameters())
                if count <= largest:
                    return cls, config
                reason = reason or f"{count / 1e6:.0f} M parameters however it is shrunk"
            except Exception as error:  # any library's any complaint about a size
                reason = reason or words(error)
    raise CannotBuild(reason)


def words(error):
    return " ".join(f"{type(error).__name__}: {error}".split())[:140]


def diffusers_models():
    """Name and maker of tiny transformers, UNets and autoencoders of Diffusers."""
    import diffusers as d

    heads = dict(num_attention_heads=4, attention_head_dim=16)
    joint = dict(joint_attention_dim=32, **heads)
    video = dict(in_channels=4, out_channels=4, num_layers=2, **heads)
    return {
        "flux": lambda: d.FluxTransformer2DModel(
            in_channels=4, num_layers=2, num_single_layers=2, pooled_projection_dim=32,
            axes_dims_rope=(4, 4, 8), guidance_embeds=True, **joint),
        "flux2": lambda: d.Flux2Transformer2DModel(
            in_channels=4, num_layers=2, num_single_layers=2, timestep_guidance_channels=16,
            axes_dims_rope=(4, 4, 4, 4), **joint),
        "sd3": lambda: d.SD3Transformer2DModel(
            sample_size=16, in_channels=4, num_layers=3, caption_projection_dim=64,
            pooled_projection_dim=32, out_channels=4, pos_embed_max_size=16,
            dual_attention_layers=(0,), qk_norm="rms_norm", **joint),
        "qwen-image": lambda: d.QwenImageTransformer2DModel(
            in_channels=16, out_channels=4, num_layers=2, axes_dims_rope=(4, 4, 8), **joint),
        "wan": lambda: d.WanTransformer3DModel(text_dim=32, freq_dim=32, ffn_dim=128, **video),
        "ltx": lambda: d.LTXVideoTransformer3DModel(
            cross_attention_dim=64, caption_channels=32, **video),
        "hunyuan-video": lambda: d.HunyuanVideoTransformer3DModel(
            num_single_layers=2, num_refiner_layers=1, text_embed_dim=32,
            pooled_projection_dim=16, rope_axes_dim=(4, 4, 8), **video),
        "z-image": lambda: d.ZImageTransformer2DModel(
            all_patch_size=(2,), all_f_patch_size=(1,), in_channels=4, dim=64, n_layers=2,
            n_refiner_layers=1, n_heads=4, n_kv_heads=4, cap_feat_dim=32, axes_dims=[4, 4, 8],
            axes_lens=[32, 32, 32]),
        "cogvideox": lambda: d.CogVideoXTransformer3DModel(
            time_embed_dim=16, text_embed_dim=32, sample_width=8, sample_height=8,
            sample_frames=9, **video),
        "pixart": lambda: d.PixArtTransformer2DModel(
            in_channels=4, out_channels=8, num_layers=2, cross_attention_dim=64, sample_size=16,
            caption_channels=32, **heads),
        "sana": lambda: d.SanaTransformer2DModel(
            num_cross_attention_heads=4, cross_attention_head_dim=16, cross_attention_dim=64,
            caption_channels=32, sample_size=16, **video),
        "lumina2": lambda: d.Lumina2Transformer2DModel(
            sample_size=16, in_channels=4, hidden_size=64, num_layers=2, num_refiner_layers=1,
            num_attention_heads=4, num_kv_heads=2, cap_feat_dim=32, axes_dim_rope=(4, 4, 8)),
        "unet": lambda: d.UNet2DConditionModel(
            block_out_channels=(32, 64), sample_size=16, cross_attention_dim=32,
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"), norm_num_groups=16),
        "vae": lambda: d.AutoencoderKL(
            block_out_channels=(32, 64), norm_num_groups=16,
            down_block_types=("DownEncoderBlock2D", "DownEncoderBlock2D"),
            up_block_types=("UpDecoderBlock2D", "UpDecoderBlock2D")),
    }
