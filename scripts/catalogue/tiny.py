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
# What single types need beside that, behind the path of their configuration's sections.
TINY_CODEC = {"num_filters": 8, "hidden_size": 64, "upsample_groups": 64, "codebook_dim": 32,
              "vector_quantization_hidden_dimension": 32, "num_quantizers": 4}
TINY_VAE = {"depths": [1, 1, 1], "downsampling_ratios": [2, 2], "num_filters": 8}
TINY_STAGES = {"depths": [1, 1, 1, 1], "hidden_sizes": [32, 64, 64, 128]}
TINY_PE = {"vision_config": {"architecture": "vit_pe_core_tiny_patch16_384", "num_classes": 64}}
TINY_INDEXER = {"indexer_n_heads": 4, "indexer_kv_heads": 1, "indexer_head_dim": 16,
                "indexer_budget": 16, "indexer_compress_ratio": 4}
TINY_HGNET = {"out_features": ["stage2", "stage3", "stage4"]}
STRIPES = {f"{kind}_{ratio}ratio": [size, [1, 1], [s // 2 for s in size]]
           for ratio, n in (("long", 7), ("mid", 5), ("short", 3))
           for kind, size in (("vertical_long_to_small_conv", [n, 1]),
                              ("horizontal_small_to_long_conv", [1, n]),
                              ("symmetric_conv_long", [n, n]))}
STRIPES |= {"reduce_channel": [1, 1, 0], "return_channel": [1, 1, 0]}
BOTH_ROPES = {kind: {"rope_type": "default", "rope_theta": 1e4}
              for kind in ("full_attention", "sliding_attention")}
OWN = {
    "align": {"vision_config": {"width_coefficient": 0.5, "depth_coefficient": 0.5}},
    "efficientnet": {"width_coefficient": 0.5, "depth_coefficient": 0.5},
    "apertus1p5": {"audio_config": {"codebook_dim": 64}, "audio_token_offset": 131528},
    "cohere_compass": {"text_config": {"rope_parameters": BOTH_ROPES}},
    "cohere_compass_text": {"rope_parameters": BOTH_ROPES},
    "florence2": {"vision_config": {"embed_dim": [32, 64, 96, 128], "num_heads": [2, 4, 6, 8],
                                    "num_groups": [2, 4, 6, 8]}},
    "janus": {"vq_config": {"base_channels": 32}},
    "wavtokenizer": {"codebook_dim": 64},
    "d_fine": {"backbone_config": TINY_HGNET},
    "upernet": {"backbone_config": {"out_features": ["stage1", "stage2", "stage3", "stage4"]},
                "auxiliary_in_channels": 64},
    "pp_ocrv5_server_det": {"intraclass_block_config": STRIPES, "kernel_list": [3, 2, 2]},
    "pp_ocrv6_medium_det": {"intraclass_block_config": STRIPES, "kernel_list": [3, 2, 2]},
    # Eight numbers wide by default, and a thousand in all.
    "patchtsmixer": {"d_model": 32, "num_input_channels": 4, "context_length": 64},
    "autoformer": {"prediction_length": 8, "context_length": 16},
    "informer": {"prediction_length": 8, "context_length": 16},
    "time_series_transformer": {"prediction_length": 8, "context_length": 16},
    "blt": {"encoder_hash_byte_group_vocab": 300,
            "encoder_config": {"hidden_size_global": 64},
            "decoder_config": {"hidden_size_global": 64}},
    "chameleon": {"vq_config": {"base_channels": 32, "latent_channels": 32, "embed_dim": 32},
                  "vocabulary_map": {"<image>": 5}},
    "emu3": {"vocabulary_map": {"<image>": 5}, "vq_config": {"base_channels": 32}},
    "csm": {"codec_config": TINY_CODEC, "num_codebooks": 4,
            "depth_decoder_config": {"num_codebooks": 4, "backbone_hidden_size": 64}},
    "mimi": TINY_CODEC,
    "mimi_decoder": TINY_CODEC,
    "dbrx": {"ffn_config": {"ffn_hidden_size": 128, "hidden_size": 64},
             "attn_config": {"rope_theta": 10000.0, "clip_qkv": 8.0}},
    "deepseek_ocr2": {"text_config": {"mlp_layer_types": ["dense", "sparse"]}},
    "dory": {"num_hidden_layers": 8, "n_input_layers": 2, "n_recurrent_layers": 4,
             "n_output_layers": 2,
             "layer_types": ["sliding_attention", "mlp", "full_attention", "mlp"] * 2},
    "dots3_note": {"vision_config": {"adapter_in_dim": 64, "adapter_out_dim": 64},
                   "audio_config": {"adapter_input_size": 64, "adapter_out_dim": 64,
                                    "downsample_hidden_size": 32, "conv_output_size": 512}},
    "ernie4_5_vl_moe": {"text_config": {
        "moe_intermediate_size": [64, 32], "head_dim": 16,
        "rope_parameters": {"rope_type": "default", "rope_theta": 5e5,
                            "mrope_section": [2, 2, 4]}}},
    "falcon_h1": {"mamba_d_head": 16, "mamba_d_ssm": 128, "mamba_n_heads": 8},
    "gemma3n_text": {"num_kv_shared_layers": 0, "intermediate_size": [128, 128]},
    "gemma3n_vision": {"architecture": "resnet10t"},
    "gemma3n": {"text_config": {"num_kv_shared_layers": 0, "intermediate_size": [128, 128]},
                "vision_config": {"architecture": "resnet10t", "hidden_size": 512}},
    "glm5_next": {"text_config": {"index_topk": 16}},
    "glm5_next_text": {"index_topk": 16},
    "lfm2_moe": {"layer_types": ["conv", "full_attention"], "num_dense_layers": 1},
    "mamba2": {"num_heads": 8, "head_dim": 16, "expand": 2, "hidden_size": 64},
    "molmo2": {"vision_config": {"num_position_embeddings": 16, "image_size": [32, 32]},
               "adapter_config": {"vision_feature_layer": [-1, 0], "text_hidden_size": 64}},
    "moonshine_streaming": {"num_key_value_heads": 4, "encoder_config": {"sliding_windows": [
        [16, 4], [16, 0]]}},
    "musicgen": {"decoder": {"hidden_size": 64}},
    "pe_audio_video": {"audio_video_config": {"video_config": TINY_PE}},
    "pe_audio_video_encoder": {"video_config": TINY_PE},
    "pe_video": {"video_config": TINY_PE},
    "pe_video_encoder": TINY_PE,
    "perceiver": {"d_latents": 64, "d_model": 64, "num_latents": 16,
                  "num_self_attends_per_block": 2, "num_self_attention_heads": 4,
                  "num_cross_attention_heads": 4},
    "perception_lm": {"vision_config": {
        "architecture": "vit_pe_core_tiny_patch16_384", "model_args": {"embed_dim": 192}}},
    "fast_vlm": {"vision_config": {"architecture": "fastvit_t8"}},
    "qwen4_exp": {"text_config": {
        "ple_layer_ids": [1], "eos_token_id": 7, "ple_embed_dim": 64, "ngram_vocab_size_base": 400,
        "split_ngram_parts": 2, "hc_lowrank": 16, "hc_count": 2} | TINY_INDEXER},
    "qwen4_exp_text": {"ple_layer_ids": [1], "eos_token_id": 7, "ple_embed_dim": 64, "ngram_vocab_size_base": 400,
                       "split_ngram_parts": 2, "hc_lowrank": 16, "hc_count": 2} | TINY_INDEXER,
    "qwen2_5_omni": {"token2wav_config": {
        "dit_config": {"enc_channels": [32, 32, 32, 32, 96], "num_embeds": 320},
        "bigvgan_config": {"upsample_initial_channel": 64}}},
    "qwen3_omni_moe": {"talker_config": {"spatial_merge_size": 2, "text_config": {"shared_expert_intermediate_size": 64}},
                       "code2wav_config": {"decoder_dim": 64}},
    "t5gemma2_encoder": {"text_config": {"dropout_rate": 0.0}},
    "timm_backbone": {"backbone": "resnet18", "use_pretrained_backbone": False},
    "vibevoice": {"audio_config": TINY_VAE, "semantic_model_config": TINY_VAE},
    "vibevoice_asr": {"acoustic_tokenizer_encoder_config": TINY_VAE,
                      "semantic_tokenizer_encoder_config": TINY_VAE},
    "vibevoice_acoustic_tokenizer": TINY_VAE,
    "vibevoice_acoustic_tokenizer_decoder": TINY_VAE,
    "vibevoice_acoustic_tokenizer_encoder": TINY_VAE,
    "zamba": {"num_hidden_layers": 6, "attn_layer_period": 3, "attn_layer_offset": 2,
              "attention_hidden_size": 128, "attention_head_dim": 32, "mamba_dt_rank": 8,
              "layers_block_type": ["linear_attention", "linear_attention", "hybrid"] * 2},
    "granite4_vision": {"vision_config": {"num_hidden_layers": 2},
                        "downsample_rate": "1/2", "deepstack_layer_map": [[0, 0]]},
}
KINDS = r"(layer_types|layers_block_type|block_types|indexer_types|attn_type_list)$"
DROPPED = {
    "per_layer_config", "out_features", "out_indices", "stage_names", "label2id", "id2label",
    "model_type", "architectures", "dtype", "transformers_version",
}


class CannotBuild(Exception):
    """Why there is no tiny model of a type."""


def merged(config, own):
    """`config` with what `own` says, section by section."""
    config = dict(config)
    for key, value in own.items():
        nested = isinstance(value, dict) and isinstance(config.get(key), dict)
        config[key] = merged(config[key], value) if nested else value
    return config


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
        if key.endswith("config") or "model_type" in value:
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


def model_class(module, name):
    """A class of models by its name; some are known to their module only."""
    try:
        found = getattr(transformers, name, None)
    except ImportError:  # of a library that it needs
        return None
    stem = module.__name__.rpartition(".")[2]
    if found is None:
        found = getattr(importlib.import_module(f"{module.__name__}.modeling_{stem}"), name, None)
    return found


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
    # Classes of parts go by the whole model's type too.
    names.sort(key=lambda n: getattr(model_class(module, n), "config_class", 0) != config_class)
    for name in names[:3]:
        cls = model_class(module, name)
        if cls is None:
            reason = reason or f"{name} is not there"
            continue
        for level, layers in (("all", kinds), ("fill", kinds), ("all", 4), ("fill", 4),
                              ("layers", kinds)):
            try:
                sizes = merged(shrunk(full, layers, level), OWN.get(model_type, {}))
                config = config_class(**copy.deepcopy(sizes))
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
