"""A real model, SmolLM2-135M-Instruct, between Temper and mlx-lm: the folder
that Temper converts, the adapters both write, and what training does to them.

TEMPER_GGUF is the model's GGUF file, TEMPER_BIN the program. Everything is
float32, so that both sides compute the same numbers up to rounding.
"""

import json
import os
import subprocess

import mlx.core as mx
import mlx.nn as nn
import mlx.optimizers as optimizers
import numpy as np
import pytest
from mlx.utils import tree_flatten
from mlx_lm import load, stream_generate
from mlx_lm.tuner.utils import linear_to_lora_layers
from mlx_lm.utils import load_adapters
from safetensors.numpy import load_file, save_file

TEMPER = os.environ["TEMPER_BIN"]
LORA = dict(rank=4, scale=2.0, dropout=0.0)
LAYERS = 2
LEARNING_RATE = 1e-5  # mlx-lm's default
STEPS = 5
TEXT = "A train from Oslo arrives at noon, and Ada meets it."


def temper(*words):
    env = {k: v for k, v in os.environ.items() if k != "LD_PRELOAD"}
    done = subprocess.run([TEMPER, *map(str, words)], capture_output=True,
                          text=True, env=env, timeout=600)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("smollm2") / "model"
    temper("convert", "--hf-path", os.environ["TEMPER_GGUF"],
           "--mlx-path", folder, "--dtype", "float32")
    return folder


@pytest.fixture(scope="module")
def reference(model_folder):
    mx.set_default_device(mx.cpu)
    return load(str(model_folder))


@pytest.fixture(scope="module")
def trained(model_folder, reference, tmp_path_factory):
    """Five updates by Temper from an adapter that mlx-lm initialised."""
    folder = tmp_path_factory.mktemp("trained")
    model, tokenizer = load(str(model_folder))
    model.freeze()
    mx.random.seed(3)
    linear_to_lora_layers(model, LAYERS, LORA)
    start = {n: np.array(v) for n, v in tree_flatten(model.trainable_parameters())}
    rng = np.random.default_rng(3)
    for name, value in start.items():
        if name.endswith("lora_b"):
            start[name] = (0.01 * rng.standard_normal(value.shape)).astype("f4")
    save_file(start, folder / "start.safetensors")
    (folder / "data").mkdir()
    (folder / "data" / "train.jsonl").write_text(json.dumps({"text": TEXT}) + "\n")
    (folder / "data" / "test.jsonl").write_text(json.dumps({"text": TEXT}) + "\n")
    (folder / "run.yaml").write_text(json.dumps(dict(lora_parameters=LORA)))
    temper("lora", "--train", "--model", model_folder, "--data", folder / "data",
           "--config", folder / "run.yaml", "--num-layers", LAYERS,
           "--iters", STEPS, "--batch-size", 1, "--val-batches", 0,
           "--learning-rate", LEARNING_RATE, "--adapter-path", folder / "adapter",
           "--resume-adapter-file", folder / "start.safetensors")
    return folder, model, tokenizer, start


def row(tokenizer):
    tokens = tokenizer.encode(TEXT)
    if tokens[-1] != tokenizer.eos_token_id:
        tokens.append(tokenizer.eos_token_id)
    return mx.array([tokens])


def loss_of(model, tokens):
    logits = model(tokens[:, :-1]).astype(mx.float32)
    return nn.losses.cross_entropy(logits, tokens[:, 1:], reduction="mean")


def test_greedy_tokens_are_mlx_lms(model_folder, reference):
    model, tokenizer = reference
    prompt = "List three rivers of Europe and one fact about each."
    rendered = tokenizer.apply_chat_template(
        [{"role": "user", "content": prompt}], add_generation_prompt=True)
    expected = "".join(piece.text for piece in stream_generate(
        model, tokenizer, rendered, max_tokens=64))
    found = json.loads(temper("generate", "--model", model_folder, "--prompt",
                              prompt, "--max-tokens", 64, "--json"))
    assert found["prompt_tokens"] == len(rendered)
    assert found["text"] == expected
    assert len(expected) > 100


def test_five_updates_are_those_of_mlxs_adam(trained):
    folder, model, tokenizer, start = trained
    model.load_weights([(n, mx.array(v)) for n, v in start.items()], strict=False)
    optimizer = optimizers.Adam(learning_rate=LEARNING_RATE)
    step = nn.value_and_grad(model, loss_of)
    tokens = row(tokenizer)
    for _ in range(STEPS):
        _, gradients = step(model, tokens)
        optimizer.update(model, gradients)
        mx.eval(model.trainable_parameters(), optimizer.state)
    found = load_file(folder / "adapter" / "adapters.safetensors")
    assert found.keys() == start.keys()
    for name, value in tree_flatten(model.trainable_parameters()):
        expected = np.array(value)
        moved = expected - start[name]
        apart = found[name] - expected
        assert np.abs(moved).max() > 5e-5, name
        # Adam divides by the gradient's own size, so an element whose gradient
        # is nothing but rounding moves by rounding's sign; the largest such
        # difference seen is 9.3e-5. They are few, and the whole update agrees.
        assert np.mean(np.abs(apart) > 1e-5) < 0.01, name
        assert np.linalg.norm(apart) <= 0.03 * np.linalg.norm(moved), name


def test_an_adapter_of_temper_is_the_same_model_in_mlx_lm(model_folder, trained):
    folder, _, tokenizer, _ = trained
    model, _ = load(str(model_folder), adapter_path=str(folder / "adapter"))
    expected = loss_of(model, row(tokenizer)).item()
    found = json.loads(temper(
        "eval", "--model", model_folder, "--adapter-path", folder / "adapter",
        "--data", folder / "data", "--json"))
    assert found["loss"] == pytest.approx(expected, rel=1e-4)
    base = json.loads(temper("eval", "--model", model_folder,
                             "--data", folder / "data", "--json"))
    assert abs(base["loss"] - found["loss"]) > 0.01  # the adapter matters


def test_an_adapter_of_mlx_lm_is_the_same_model_in_temper(model_folder, trained):
    folder, _, tokenizer, start = trained
    theirs = folder / "theirs"
    theirs.mkdir()
    mx.save_safetensors(str(theirs / "adapters.safetensors"),
                        {n: mx.array(10 * v) for n, v in start.items()})
    (theirs / "adapter_config.json").write_text(json.dumps(dict(
        fine_tune_type="lora", num_layers=LAYERS, lora_parameters=LORA,
        seed=0, train=True, some_key_of_tomorrow=None)))
    model, _ = load(str(model_folder))
    model = load_adapters(model, str(theirs))
    expected = loss_of(model, row(tokenizer)).item()
    found = json.loads(temper("eval", "--model", model_folder, "--adapter-path",
                              theirs, "--data", folder / "data", "--json"))
    assert found["loss"] == pytest.approx(expected, rel=1e-4)


def test_a_test_without_training_tells_no_iteration(model_folder, trained):
    folder, *_ = trained
    shown = temper("lora", "--test", "--model", model_folder, "--data",
                   folder / "data", "--adapter-path", folder / "adapter")
    assert shown.startswith("test loss ")
