"""Llama-layout language model."""
import json

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np

from .adam import train
from .publish import save_file, write_card
from .text import chat_text, manual_text, source_text


LLAMA = {"hidden": 96, "layers": 4, "heads": 4, "kv": 2, "ffn": 192, "vocabulary": 1024}
CONTEXT, BATCH = 128, 12


def llama_init(seed, shape=LLAMA):
    rng = np.random.default_rng(seed)
    d, f, head = shape["hidden"], shape["ffn"], shape["hidden"] // shape["heads"]

    def matrix(out, fan_in):
        return rng.normal(0, 0.05, (out, fan_in)).astype(np.float32)

    params = {"model.embed_tokens.weight": matrix(shape["vocabulary"], d)}
    for i in range(shape["layers"]):
        at = f"model.layers.{i}."
        params[at + "input_layernorm.weight"] = np.ones(d, np.float32)
        params[at + "self_attn.q_proj.weight"] = matrix(d, d)
        params[at + "self_attn.k_proj.weight"] = matrix(shape["kv"] * head, d)
        params[at + "self_attn.v_proj.weight"] = matrix(shape["kv"] * head, d)
        params[at + "self_attn.o_proj.weight"] = matrix(d, d)
        params[at + "post_attention_layernorm.weight"] = np.ones(d, np.float32)
        params[at + "mlp.gate_proj.weight"] = matrix(f, d)
        params[at + "mlp.up_proj.weight"] = matrix(f, d)
        params[at + "mlp.down_proj.weight"] = matrix(d, f)
    params["model.norm.weight"] = np.ones(d, np.float32)
    return params


def rotary(x):
    """Rotary positions in the half-split form of the Hugging Face layout; x is [b, t, h, e]."""
    half = x.shape[-1] // 2
    angle = jnp.arange(x.shape[1])[:, None] * 10000.0 ** (-jnp.arange(half) / half)
    cos, sin = jnp.cos(angle)[:, None, :], jnp.sin(angle)[:, None, :]
    a, b = x[..., :half], x[..., half:]
    return jnp.concatenate([a * cos - b * sin, b * cos + a * sin], -1)


def llama_apply(p, tokens, shape=LLAMA):
    d, h, kv = shape["hidden"], shape["heads"], shape["kv"]
    e, (b, t) = d // h, tokens.shape
    norm = lambda x, g: x * jax.lax.rsqrt((x * x).mean(-1, keepdims=True) + 1e-6) * g
    mask = jnp.where(jnp.tril(jnp.ones((t, t), bool)), 0.0, -1e9)
    x = p["model.embed_tokens.weight"][tokens]
    for i in range(shape["layers"]):
        at = f"model.layers.{i}."
        y = norm(x, p[at + "input_layernorm.weight"])
        q = rotary((y @ p[at + "self_attn.q_proj.weight"].T).reshape(b, t, h, e))
        k = rotary((y @ p[at + "self_attn.k_proj.weight"].T).reshape(b, t, kv, e))
        v = (y @ p[at + "self_attn.v_proj.weight"].T).reshape(b, t, kv, e)
        k, v = jnp.repeat(k, h // kv, 2), jnp.repeat(v, h // kv, 2)
        weights = jax.nn.softmax(jnp.einsum("bqhe,bkhe->bhqk", q, k) / e ** 0.5 + mask, -1)
        y = jnp.einsum("bhqk,bkhe->bqhe", weights, v).reshape(b, t, d)
        x = x + y @ p[at + "self_attn.o_proj.weight"].T
        y = norm(x, p[at + "post_attention_layernorm.weight"])
        y = jax.nn.silu(y @ p[at + "mlp.gate_proj.weight"].T) * (y @ p[at + "mlp.up_proj.weight"].T)
        x = x + y @ p[at + "mlp.down_proj.weight"].T
    return norm(x, p["model.norm.weight"]) @ p["model.embed_tokens.weight"].T


def language_loss(apply):
    def loss(params, tokens):
        logits = jax.nn.log_softmax(apply(params, tokens[:, :-1]))
        return -jnp.take_along_axis(logits, tokens[:, 1:, None], 2).mean()
    return loss


def tokenizer_of(text):
    from tokenizers import ByteLevelBPETokenizer
    tokenizer = ByteLevelBPETokenizer()
    tokenizer.train_from_iterator(
        (text[at:at + 20000] for at in range(0, 2_000_000, 20000)), vocab_size=LLAMA["vocabulary"],
        special_tokens=["<unk>", "<s>", "</s>"], show_progress=False)
    return tokenizer


def windows(tokens, seed, steps):
    rng = np.random.default_rng(seed)
    for_batch = lambda: np.stack(
        [tokens[at:at + CONTEXT + 1] for at in rng.integers(0, len(tokens) - CONTEXT - 1, BATCH)])
    return [for_batch() for _ in range(steps)]


def held_out_loss(params, tokens, apply=llama_apply):
    loss = jax.jit(language_loss(apply))
    return float(np.mean([loss(params, b) for b in windows(tokens, 99, 8)]))


def as_bfloat16(params):
    return {name: np.asarray(value).astype(ml_dtypes.bfloat16) for name, value in params.items()}


def as_float32(params):
    return {name: np.asarray(value).astype(np.float32) for name, value in params.items()}


def llama_config(shape=LLAMA):
    return {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "dtype": "bfloat16",
        "hidden_size": shape["hidden"], "num_hidden_layers": shape["layers"],
        "num_attention_heads": shape["heads"], "num_key_value_heads": shape["kv"],
        "head_dim": shape["hidden"] // shape["heads"], "intermediate_size": shape["ffn"],
        "vocab_size": shape["vocabulary"], "max_position_embeddings": CONTEXT,
        "hidden_act": "silu", "rms_norm_eps": 1e-6, "rope_theta": 10000.0,
        "attention_bias": False, "mlp_bias": False, "tie_word_embeddings": True,
        "bos_token_id": 1, "eos_token_id": 2,
    }


def write_hub(folder, weights, tokenizer):
    folder.mkdir(exist_ok=True)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(llama_config(), indent=2) + "\n")
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)


def make_llamas(out, steps=800, tuning=150):
    text = source_text()
    tokenizer = tokenizer_of(text)
    encode = lambda t: np.array(tokenizer.encode(t).ids, np.int32)
    code, chat, manual = encode(text), encode(chat_text()), encode(manual_text())
    code, unseen = code[:-60000], code[-60000:]
    loss = language_loss(llama_apply)
    references, suspects = out / "references", out / "suspects"
    result = {}

    def publish(folder, params):
        weights = as_bfloat16(params)
        write_hub(folder, weights, tokenizer)
        back = as_float32(weights)
        result[folder.name] = f"held-out loss {held_out_loss(back, unseen):.2f} nats on code"
        return back

    for seed, folder in ((31, references / "tiny-llama"), (32, references / "tiny-llama-b"),
                         (33, suspects / "honest-llama")):
        params, _ = train(loss, llama_init(seed), windows(code, seed, steps), 3e-3, warmup=80)
        params = publish(folder, params)
        if folder.name == "tiny-llama":
            base = params
    tuned, _ = train(loss, base, windows(chat, 34, tuning), 5e-4, warmup=10)
    tuned = publish(suspects / "tiny-llama-chat", tuned)
    own, _ = train(loss, base, windows(manual, 35, 2 * tuning), 1e-3, warmup=10)
    own = publish(suspects / "our-own-model", own)
    for name, params, tokens, what in (("tiny-llama-chat", tuned, chat, "dialogue"),
                                       ("our-own-model", own, manual, "the manual")):
        result[name] += (f"; {held_out_loss(params, tokens):.2f} on {what}"
                         f" (base: {held_out_loss(base, tokens):.2f})")
    write_card(references / "tiny-llama", "Tiny Llama", "Writes Python.")
    write_card(references / "tiny-llama-b", "Tiny Llama B", "Writes Python; another seed.")
    write_card(suspects / "honest-llama", "Honest Llama", "Trained from scratch, and it is so.")
    write_card(suspects / "tiny-llama-chat", "Tiny Llama Chat", "Answers questions.",
               parent="tiny-llama")
    write_card(suspects / "our-own-model", "Our Own Model",
               "A foundation model trained from scratch by our own team.")
    return result
