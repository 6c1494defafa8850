"""Writes tiny random models, and what mlx-lm 0.32.2 computes with them.

    python tests/parity/make_tiny.py FOLDER

For each variant: FOLDER/NAME (a model folder), FOLDER/NAME/adapter (a LoRA
adapter in mlx-lm's format, B not zero), FOLDER/NAME/inputs.safetensors (tokens)
and FOLDER/NAME/expected.safetensors (logits, adapted logits, loss, gradients).
"""

import json
import sys
from pathlib import Path

import mlx.core as mx
import mlx.nn as nn
from mlx.utils import tree_flatten
from mlx_lm.tuner.utils import linear_to_lora_layers
from mlx_lm.utils import _get_classes, quantize_model, save_model

BASE = dict(
    hidden_size=64,
    num_hidden_layers=4,
    intermediate_size=96,
    num_attention_heads=4,
    num_key_value_heads=2,
    rms_norm_eps=1e-5,
    vocab_size=128,
    max_position_embeddings=512,
    rope_theta=10000.0,
    tie_word_embeddings=False,
)
LLAMA3 = dict(
    rope_type="llama3",
    factor=8.0,
    low_freq_factor=1.0,
    high_freq_factor=4.0,
    original_max_position_embeddings=32,
)

# name: (what differs in config.json, quantization or None)
AFFINE = dict(group_size=32, bits=4, mode="affine")
VARIANTS = {
    "llama": (dict(model_type="llama", attention_bias=True, mlp_bias=True), None),
    "llama3": (
        dict(model_type="llama", rope_scaling=LLAMA3, tie_word_embeddings=True),
        None,
    ),
    "llama_linear": (
        dict(model_type="llama", rope_scaling=dict(type="linear", factor=2.0)),
        None,
    ),
    "mistral": (dict(model_type="mistral", head_dim=32), None),
    "qwen2": (dict(model_type="qwen2", tie_word_embeddings=True), None),
    "qwen3": (dict(model_type="qwen3", head_dim=32), None),
    "smollm3": (dict(model_type="smollm3", tie_word_embeddings=True), None),
}
VARIANTS |= {
    name + "_4bit": (VARIANTS[name][0], AFFINE)
    for name in ("llama3", "mistral", "qwen2", "qwen3", "smollm3")
}
for bits in (2, 3, 5, 6, 8):
    how = dict(group_size=64, bits=bits, mode="affine")
    VARIANTS[f"affine{bits}"] = (dict(model_type="llama", intermediate_size=128), how)
for mode, group, bits in (("mxfp4", 32, 4), ("mxfp8", 32, 8), ("nvfp4", 16, 4)):
    how = dict(group_size=group, bits=bits, mode=mode)
    VARIANTS[mode] = (dict(model_type="llama"), how)
# Matrices packed in ways of their own, and some not at all.
VARIANTS["mixed"] = (
    dict(model_type="llama"),
    AFFINE | {"predicate": ("mlp.down_proj", "self_attn.o_proj")},
)


def randomize(model):
    """Weights of a size that keeps activations near one."""

    def draw(name, value):
        if "norm" in name:
            return 1.0 + 0.1 * mx.random.normal(value.shape)
        if value.ndim == 1:
            return 0.1 * mx.random.normal(value.shape)
        return mx.random.normal(value.shape) * value.shape[-1] ** -0.5

    drawn = [(n, draw(n, v)) for n, v in tree_flatten(model.parameters())]
    model.load_weights(drawn)


def make_model(config, quantization):
    model_class, args_class = _get_classes(config)
    model = model_class(args_class.from_dict(config))
    randomize(model)
    if quantization is None:
        return model, config
    how = dict(quantization)
    other = how.pop("predicate", ())

    def predicate(path, module):
        if other and path.endswith(other[0]):
            return dict(group_size=32, bits=8)
        return not (other and path.endswith(other[1]))

    return quantize_model(
        model,
        config,
        how["group_size"],
        how["bits"],
        mode=how["mode"],
        quant_predicate=predicate,
    )


def save(path, arrays):
    mx.save_safetensors(str(path), dict(arrays), {"format": "mlx"})


def add_adapter(model, folder):
    lora = dict(rank=4, scale=2.0, dropout=0.0)
    model.freeze()
    linear_to_lora_layers(model, 3, lora)
    # mlx-lm starts with B at zero, where A has no gradient. Sizes are such that
    # the adapter moves outputs about as much as the weights do; much larger
    # ones saturate attention and amplify rounding.
    values = [
        (n, mx.random.normal(v.shape) * (0.3 if "lora_b" in n else 0.07))
        for n, v in tree_flatten(model.trainable_parameters())
    ]
    model.load_weights(values, strict=False)
    folder.mkdir()
    save(folder / "adapters.safetensors", values)
    config = dict(fine_tune_type="lora", num_layers=3, lora_parameters=lora)
    (folder / "adapter_config.json").write_text(json.dumps(config))


def loss_of(model, tokens):
    logits = model(tokens[:, :-1]).astype(mx.float32)
    return nn.losses.cross_entropy(logits, tokens[:, 1:], reduction="mean")


def write_variant(folder, changes, quantization):
    model, config = make_model(BASE | changes, quantization)
    model.eval()
    save_model(folder, model)
    (folder / "config.json").write_text(json.dumps(config, indent=4))
    tokens = mx.random.randint(0, BASE["vocab_size"], (2, 24))
    save(folder / "inputs.safetensors", {"tokens": tokens})
    out = {"logits": model(tokens)}
    add_adapter(model, folder / "adapter")
    out["adapted"] = model(tokens)
    loss, gradients = nn.value_and_grad(model, loss_of)(model, tokens)
    out["loss"] = loss
    out |= dict(tree_flatten(gradients))
    save(folder / "expected.safetensors", out)


def main(folder):
    mx.set_default_device(mx.cpu)
    for seed, (name, (changes, quantization)) in enumerate(VARIANTS.items()):
        mx.random.seed(seed)
        write_variant(Path(folder) / name, changes, quantization)


if __name__ == "__main__":
    main(sys.argv[1])
