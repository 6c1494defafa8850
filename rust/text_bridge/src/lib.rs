//! Hugging Face's tokenizers and minijinja behind the C ABI of
//! include/temper_text_bridge.h. Every entry runs under catch_unwind.

mod abi;
mod chat;
mod filters;
mod generation;
mod limits;
mod namespaces;
mod python;
mod tokens;

use std::any::Any;

/// Why an entry failed; the variants are the statuses of the C header.
pub enum Failure {
    Refused(String),
    Invalid(String),
    Corrupt(String),
    Internal(String),
}

pub fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("a panic without a message").to_owned()
}
