//! A tokenizer.json, checked before the library sees it and used without its
//! own truncation and padding.

use serde::Deserialize;
use serde_json::Value;
use tokenizers::{Encoding, Tokenizer};

use crate::Failure;

const MAX_FILE: usize = 64 * 1024 * 1024;
const MAX_PATTERN: usize = 4096; // bytes of one regular expression
const MAX_VOCABULARY: usize = 4 << 20;

/// The parts that hold regular expressions; the vocabulary is skipped over.
#[derive(Deserialize)]
struct Outline {
    #[serde(default)]
    normalizer: Value,
    #[serde(default)]
    pre_tokenizer: Value,
    #[serde(default)]
    decoder: Value,
}

pub fn load(bytes: &[u8]) -> Result<Tokenizer, Failure> {
    if bytes.len() > MAX_FILE {
        return Err(Failure::Corrupt(format!(
            "{} bytes, at most {MAX_FILE} expected",
            bytes.len()
        )));
    }
    let outline: Outline = serde_json::from_slice(bytes).map_err(corrupt)?;
    for part in [
        &outline.normalizer,
        &outline.pre_tokenizer,
        &outline.decoder,
    ] {
        check_patterns(part)?;
    }
    let mut tokenizer = Tokenizer::from_bytes(bytes).map_err(corrupt)?;
    tokenizer.with_padding(None);
    tokenizer.with_truncation(None).map_err(corrupt)?;
    if tokenizer.get_vocab_size(true) > MAX_VOCABULARY {
        return Err(Failure::Corrupt(format!(
            "more than {MAX_VOCABULARY} tokens"
        )));
    }
    Ok(tokenizer)
}

fn corrupt(error: impl std::fmt::Display) -> Failure {
    Failure::Corrupt(error.to_string())
}

fn check_patterns(part: &Value) -> Result<(), Failure> {
    match part {
        Value::Object(map) => {
            let pattern = map.get("Regex").and_then(Value::as_str);
            if pattern.is_some_and(|text| text.len() > MAX_PATTERN) {
                return Err(Failure::Corrupt(format!(
                    "a regular expression of more than {MAX_PATTERN} bytes"
                )));
            }
            map.values().try_for_each(check_patterns)
        }
        Value::Array(items) => items.iter().try_for_each(check_patterns),
        _ => Ok(()),
    }
}

pub fn encode_batch(
    tokenizer: &Tokenizer,
    texts: Vec<&str>,
    add_special: bool,
) -> Result<Vec<Encoding>, Failure> {
    let invalid = |error: tokenizers::Error| Failure::Invalid(error.to_string());
    if let [text] = texts[..] {
        return Ok(vec![tokenizer
            .encode(text, add_special)
            .map_err(invalid)?]);
    }
    tokenizer.encode_batch(texts, add_special).map_err(invalid)
}

/// One more than the largest id: what an embedding has to have room for.
pub fn id_limit(tokenizer: &Tokenizer) -> u32 {
    let largest = tokenizer.get_vocab(true).into_values().max();
    largest.map_or(0, |id| id.saturating_add(1))
}
