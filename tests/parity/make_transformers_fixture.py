"""Writes a tiny random Qwen3 model and what transformers computes with it.

    python tests/parity/make_transformers_fixture.py FOLDER

torch is too heavy for `make test`, so the outcome is kept in
tests/fixtures/transformers_qwen3. Made with torch 2.11.0 and transformers
5.17.0, in float32 on the CPU.
"""

import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import Qwen3Config, Qwen3ForCausalLM


def main(folder):
    torch.manual_seed(0)
    config = Qwen3Config(
        vocab_size=96, hidden_size=32, intermediate_size=48,
        num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
        head_dim=16, max_position_embeddings=128, rope_theta=10000.0,
        rms_norm_eps=1e-6, tie_word_embeddings=False, torch_dtype="float32")
    model = Qwen3ForCausalLM(config).float().eval()
    with torch.no_grad():
        for name, value in model.named_parameters():
            if value.ndim == 1:
                value.copy_(1.0 + 0.1 * torch.randn_like(value))
            else:
                value.copy_(torch.randn_like(value) * value.shape[-1] ** -0.5)
    tokens = torch.randint(0, 96, (2, 24))
    with torch.no_grad():
        out = model(tokens, labels=tokens)
    folder = Path(folder)
    model.save_pretrained(folder)
    save_file({"tokens": tokens.to(torch.int32)}, folder / "inputs.safetensors")
    save_file({"logits": out.logits.contiguous(), "loss": out.loss.reshape(1)},
              folder / "expected.safetensors")


if __name__ == "__main__":
    main(sys.argv[1])
