"""Temper against transformers on a tiny Qwen3, by stored values.

make_transformers_fixture.py made them; its docstring has the versions. The
config is transformers 5's own, with "rope_parameters" in place of
"rope_theta", which mlx-lm's qwen3 cannot read.
"""

import os
import subprocess
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

MODEL = Path(__file__).parent.parent / "fixtures" / "transformers_qwen3"
TOLERANCE = 1e-4


def logits(tmp_path, tokens):
    save_file({"tokens": tokens}, tmp_path / "inputs.safetensors")
    output = tmp_path / "output.safetensors"
    done = subprocess.run(
        [os.environ["PARITY_PROBE"], MODEL, tmp_path / "inputs.safetensors",
         output], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return load_file(output)["logits"].reshape(*tokens.shape, -1)


def test_logits_and_loss_are_transformers(tmp_path):
    expected = load_file(MODEL / "expected.safetensors")
    tokens = load_file(MODEL / "inputs.safetensors")["tokens"]
    found = logits(tmp_path, tokens)
    assert np.abs(expected["logits"]).max() > 1
    assert np.abs(found - expected["logits"]).max() <= TOLERANCE
    rows = found[:, :-1].astype(np.float64)
    chances = rows - np.log(np.exp(rows).sum(-1, keepdims=True))
    picked = np.take_along_axis(chances, tokens[:, 1:, None].astype(np.int64), -1)
    assert abs(-picked.mean() - expected["loss"][0]) <= TOLERANCE
