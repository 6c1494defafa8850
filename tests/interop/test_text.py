"""Temper's text layer against Python's tokenizers and Jinja2.

The probe is TEXT_PROBE, or stands in the build folder of TEMPER_BIN.
"""

import json
import os
import random
import subprocess
from pathlib import Path

import pytest

import hugging_face_chat

tokenizers = pytest.importorskip("tokenizers")
from tokenizers import decoders, models, normalizers, pre_tokenizers, trainers

CORPUS = [
    "the quick brown fox jumps over the lazy dog, then sleeps.",
    "def f(x):\n    return x ** 2  # squared\n",
    "Grüße aus Köln! Ça va très bien. Ни пуха ни пера.",
    "你好,世界。こんにちは世界 😀👩‍👩‍👧 e\u0301",
] * 4


def probe(folder, requests):
    program = os.environ.get("TEXT_PROBE")
    if not program:
        build = Path(os.environ["TEMPER_BIN"]).parent
        program = build / "tests" / "interop" / "text_probe"
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    done = subprocess.run(
        [program, folder], input=lines.encode(), capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.decode().split("\n")[:-1]]


def byte_level():
    t = tokenizers.Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    t.decoder = decoders.ByteLevel()
    return t, trainers.BpeTrainer(
        vocab_size=500,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=["<s>", "<|im_end|>"],
    )


def byte_fallback():
    t = tokenizers.Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>"))
    t.normalizer = normalizers.Sequence(
        [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]
    )
    t.decoder = decoders.Sequence(
        [
            decoders.Replace("▁", " "),
            decoders.ByteFallback(),
            decoders.Fuse(),
            decoders.Strip(" ", 1, 0),
        ]
    )
    special = ["<unk>", "<s>", "<|im_end|>"]
    special += [f"<0x{byte:02X}>" for byte in range(256)]
    return t, trainers.BpeTrainer(vocab_size=600, special_tokens=special)


def split_by_regex():
    t = tokenizers.Tokenizer(models.BPE())
    pattern = tokenizers.Regex(
        r"(?i:'s|'t|'re)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|"
        r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    )
    t.normalizer = normalizers.NFC()
    t.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(pattern, "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    t.decoder = decoders.ByteLevel()
    return t, trainers.BpeTrainer(
        vocab_size=500,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=["<s>", "<|im_end|>"],
    )


def texts():
    """The corpus, and random texts of characters from many scripts."""
    rng = random.Random(3)
    ranges = [(32, 127), (9, 14), (0xA0, 0x250), (0x300, 0x370), (0x4E00, 0x4F00)]
    ranges += [(0x1F600, 0x1F640), (0x200B, 0x2010), (0xFDD0, 0xFDF0)]
    result = ["", " ", "  a", "<s>", "a<|im_end|>b", "'s 12345\n\n x"] + CORPUS[:4]
    for _ in range(300):
        size = rng.randrange(1, 40)
        picks = (rng.choice(ranges) for _ in range(size))
        result.append("".join(chr(rng.randrange(*pick)) for pick in picks))
    return result


def byte_spans(text, encoding):
    at = [len(text[:i].encode()) for i in range(len(text) + 1)]
    return [[at[begin], at[end]] for begin, end in encoding.offsets]


@pytest.mark.parametrize("make", [byte_level, byte_fallback, split_by_regex])
def test_tokens_and_their_bytes_are_those_of_python(make, tmp_path):
    reference, trainer = make()
    reference.train_from_iterator(CORPUS, trainer)
    reference.save(str(tmp_path / "tokenizer.json"))
    all_texts = texts()
    requests = [
        {"act": "encode", "text": text, "special": True} for text in all_texts
    ]
    for text, found in zip(all_texts, probe(tmp_path, requests), strict=True):
        expected = reference.encode(text)
        assert found["ids"] == expected.ids, text
        # Python counts characters: a token inside a character covers it all.
        spans = zip(found["spans"], byte_spans(text, expected), strict=True)
        for (begin, end), (wide_begin, wide_end) in spans:
            assert wide_begin <= begin <= end <= wide_end, text


@pytest.mark.parametrize("make", [byte_level, byte_fallback, split_by_regex])
def test_text_is_that_of_python_whole_and_streamed(make, tmp_path):
    reference, trainer = make()
    reference.train_from_iterator(CORPUS, trainer)
    reference.save(str(tmp_path / "tokenizer.json"))
    all_ids = [reference.encode(text).ids for text in texts()]
    requests = [{"act": "decode", "ids": ids} for ids in all_ids]
    for ids, found in zip(all_ids, probe(tmp_path, requests), strict=True):
        assert found["text"] == reference.decode(ids)
        assert found["streamed"] == reference.decode(ids, skip_special_tokens=False)


TEMPLATES = {
    "chatml": """{% for message in messages %}
{{'<|im_start|>' + message['role'] + '\n' + (message['content'] or '') + '<|im_end|>' + '\n'}}
{%- endfor %}
{% if add_generation_prompt %}
    {{ '<|im_start|>assistant\n' }}
{% endif %}
""",
    "generation": """{{ bos_token }}{% for m in messages %}
  {% if m.role == 'assistant' %}
A: {% generation %}
    {{- (m.content or '') | trim }}
{%+ if not loop.last %}{{ eos_token }}{% endif %}
  {% endgeneration %}
  {% else %}
{{ m.role | capitalize }}: {{ m.content }}
  {%- endif %}
{% endfor %}""",
    "generation_tight": """{% for m in messages %}{% if m.role == 'assistant' -%}
  {%- generation -%}  {{ m.content ~ eos_token }}  {%- endgeneration -%}
{% else %}[{{ m.content }}]{% endif %}{% endfor %}""",
    "tools": """{% set ns = namespace(last=-1, seen=[]) %}
{%- for m in messages %}{% set ns.last = loop.index0 %}{% endfor %}
{%- if tools %}Tools:
{%- for tool in tools %}

{{ tool | tojson(indent=4) }}{{ tool }}{% endfor %}
{% endif %}
{%- for m in messages %}
{%- if m.tool_calls is defined and m.tool_calls %}
{%- for c in m.tool_calls %}<call>{{ c.function.name }}({{ c.function.arguments | tojson }})
{%- for k, v in c.function.arguments.items() %} {{ k }}={{ v }}{% endfor %}</call>{% endfor %}
{%- elif m.content is string %}<{{ m.role }}>{{ m.content.strip() }}{{ loop.index0 == ns.last }}
{%- elif m.content is none %}-
{%- else %}{{ m.content }}{% endif %}
{%- endfor %}""",
    "strict": """{% if messages[0]['role'] == 'system' %}
{% set loop_messages = messages[1:] %}{% set system = messages[0]['content'] %}
{% else %}{% set loop_messages = messages %}{% set system = false %}{% endif %}
{% for message in loop_messages %}
{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}
{{ raise_exception('Conversation roles must alternate user/assistant') }}
{% endif %}
{{ bos_token + '[INST] ' + (system or '') ~ message['content'] }}
{% endfor %}""",
    "thinking": """{%- for m in messages[::-1] %}
{%- if m.role == 'assistant' and '</think>' in (m.content or '') %}
{{- m.content.split('</think>')[-1].lstrip('\n') }}|
{%- set think = m.content.split('</think>')[0].rstrip('\n').split('<think>')[-1] %}
{{- think | length }}{% if enable_thinking is defined and enable_thinking %}{{ think }}{% endif %}
{%- continue %}{% endif %}{{ m.role }}{{ loop.previtem is defined }};
{%- endfor %}""",
}

USER = {"role": "user", "content": "Hi <b> & 'you' \"é😀\"\n\tx "}
REPLY = {"role": "assistant", "content": "<think>\nhm\n</think>\n\nHello — 你好 "}
CALL = {
    "role": "assistant",
    "content": None,
    "tool_calls": [
        {"function": {"name": "f", "arguments": {"x": 1.5, "s": "é'", "n": None}}}
    ],
}
TOOLS = [{"type": "function", "function": {"name": "f", "d": [1e-7, True, "ü"]}}]
CHATS = {
    "plain": [USER, REPLY],
    "long": [USER, REPLY, USER, REPLY],
    "system": [{"role": "system", "content": "Be brief."}, USER, REPLY],
    "wrong_order": [REPLY, USER],
    "tools": [USER, CALL, {"role": "tool", "content": "3"}, REPLY],
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_chats_are_those_of_jinja(name, tmp_path):
    source = TEMPLATES[name]
    (tmp_path / "chat_template.jinja").write_text(source)
    special = {"bos_token": "<s>", "eos_token": "<|im_end|>"}
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(special))
    requests = [
        {
            "act": "render",
            "messages": chat,
            "tools": tools,
            "add_generation_prompt": prompt,
            "extra": {"enable_thinking": prompt},
        }
        for chat in CHATS.values()
        for tools in (None, TOOLS)
        for prompt in (False, True)
    ]
    for request, found in zip(requests, probe(tmp_path, requests), strict=True):
        variables = {key: request[key] for key in request if key not in ("act", "extra")}
        variables |= {"documents": None} | special | request["extra"]
        try:
            text, spans = hugging_face_chat.render(source, variables)
        except hugging_face_chat.Refused as refusal:
            assert found["error"].endswith(f"refuses these messages: {refusal}")
            continue
        except TypeError:
            assert "error" in found
            continue
        assert found == {"text": text, "generated": spans}
