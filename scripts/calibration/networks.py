"""Skeletons of networks that the kinds fill: an MLP, a CNN, an LSTM, a small GPT and a small Llama."""
import numpy as np


def normal(g, *shape, std=None):
    fan = int(np.prod(shape[1:])) if len(shape) > 1 else shape[0]
    return g.standard_normal(shape) * (std if std is not None else 1 / np.sqrt(fan))


def uniform(g, *shape):
    bound = 1 / np.sqrt(int(np.prod(shape[1:])) if len(shape) > 1 else shape[0])
    return g.uniform(-bound, bound, shape)


def mlp(g, draw=normal, sizes=(96, 128, 128, 128, 24)):
    t = {}
    for i, (a, b) in enumerate(zip(sizes, sizes[1:])):
        t[f"net.{2 * i}.weight"] = draw(g, b, a)
        t[f"net.{2 * i}.bias"] = draw(g, b)
    return t


def cnn(g, draw=normal, channels=(3, 32, 64, 64, 64), kernel=3):
    t = {}
    for i, (a, b) in enumerate(zip(channels, channels[1:])):
        t[f"features.{i}.conv.weight"] = draw(g, b, a, kernel, kernel)
        t[f"features.{i}.norm.weight"] = 1 + 0.1 * draw(g, b)
        t[f"features.{i}.norm.bias"] = 0.1 * draw(g, b)
    t["classifier.weight"] = draw(g, 10, channels[-1])
    t["classifier.bias"] = draw(g, 10)
    return t


def lstm(g, draw=uniform, inputs=48, hidden=64, layers=2, outputs=32, recurrent=None):
    t = {}
    for i in range(layers):
        t[f"lstm.weight_ih_l{i}"] = draw(g, 4 * hidden, inputs if i == 0 else hidden)
        t[f"lstm.weight_hh_l{i}"] = (recurrent or draw)(g, 4 * hidden, hidden)
        t[f"lstm.bias_ih_l{i}"] = draw(g, 4 * hidden)
        t[f"lstm.bias_hh_l{i}"] = draw(g, 4 * hidden)
    t["out.weight"] = draw(g, outputs, hidden)
    t["out.bias"] = draw(g, outputs)
    return t


def encoder(g, draw=normal, width=64, layers=3, name="blocks"):
    """Transformer blocks under names that no definition knows."""
    t = {}
    for i in range(layers):
        for n in ("query", "key", "value", "proj"):
            t[f"{name}.{i}.sa.{n}.weight"] = draw(g, width, width)
        t[f"{name}.{i}.ff.up.weight"] = draw(g, 4 * width, width)
        t[f"{name}.{i}.ff.down.weight"] = draw(g, width, 4 * width)
        t[f"{name}.{i}.ln.weight"] = 1 + 0.05 * draw(g, width)
    t["head.weight"] = draw(g, 40, width)
    return t


def llama(g, draw=normal, width=64, layers=3, heads=4, feed=160, vocab=512, embedding=None):
    """A Llama with its config; `vocab` rows, all of them tokens of the tokenizer."""
    t = {"model.embed_tokens.weight": embedding if embedding is not None else draw(g, vocab, width)}
    for i in range(layers):
        b = f"model.layers.{i}."
        for n in "qkvo":
            t[b + f"self_attn.{n}_proj.weight"] = draw(g, width, width)
        t[b + "mlp.gate_proj.weight"] = draw(g, feed, width)
        t[b + "mlp.up_proj.weight"] = draw(g, feed, width)
        t[b + "mlp.down_proj.weight"] = draw(g, width, feed)
        t[b + "input_layernorm.weight"] = 1 + 0.05 * g.standard_normal(width)
        t[b + "post_attention_layernorm.weight"] = 1 + 0.05 * g.standard_normal(width)
    t["model.norm.weight"] = 1 + 0.05 * g.standard_normal(width)
    t["lm_head.weight"] = draw(g, vocab, width)
    config = {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": width, "intermediate_size": feed,
        "num_hidden_layers": layers, "num_attention_heads": heads, "num_key_value_heads": heads, "vocab_size": vocab,
        "rms_norm_eps": 1e-6, "tie_word_embeddings": False,
    }
    return t, config


def words(count):
    """So many lines of the anchor list, for a tokenizer."""
    import os
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Corpus/anchors.txt")
    lines = open(path, encoding="utf-8").read().split("\n")
    return list(dict.fromkeys(x for x in lines if x))[:count]


def tokenizer(count):
    vocab = {("Ġ" + w[1:] if w.startswith(" ") else w): i for i, w in enumerate(words(count))}
    for i in range(len(vocab), count):
        vocab[f"<extra_{i}>"] = i
    return {"version": "1.0", "added_tokens": [], "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False},
            "decoder": {"type": "ByteLevel"}, "model": {"type": "BPE", "vocab": vocab, "merges": []}}
