//! `{% set ns.name = value %}`, kept free of cycles.
//!
//! A namespace is the only value that can change, so it is the only way to make
//! a value that holds itself, and printing one would not end. The value stored
//! goes through a filter that refuses namespaces inside it.

use minijinja::value::{Value, ValueKind};
use minijinja::{Error, ErrorKind};

use crate::limits::{find_tag, tag_end, MAX_DEPTH};

pub const FILTER: &str = "temper_stored";

/// The source with the filter put around every stored value.
pub fn rewrite(source: &str) -> String {
    let mut out = String::with_capacity(source.len() + 64);
    let (mut copied, mut at) = (0, 0);
    while let Some(open) = find_tag(source.as_bytes(), at) {
        at = tag_end(source, open + 2).unwrap_or(source.len());
        let tag = &source[open..at];
        if is_raw(tag) {
            at = source[at..].find("endraw").map_or(source.len(), |i| at + i);
            continue;
        }
        if let Some((begin, end)) = stored_value(tag) {
            out.push_str(&source[copied..open + begin]);
            out.push_str(&format!(" ({}) | {FILTER} ", &tag[begin..end]));
            copied = open + end;
        }
    }
    out.push_str(&source[copied..]);
    out
}

fn body(tag: &str) -> Option<&str> {
    let inner = tag.strip_prefix("{%")?;
    Some(inner.trim_start_matches(['-', '+']).trim_start())
}

fn is_raw(tag: &str) -> bool {
    body(tag)
        .and_then(|text| text.strip_prefix("raw"))
        .is_some_and(|rest| {
            matches!(
                rest.trim_start_matches([' ', '\t', '\r', '\n', '-', '+']),
                "%}"
            )
        })
}

/// Where the value stands in a `set` tag whose target has a dot.
fn stored_value(tag: &str) -> Option<(usize, usize)> {
    let rest = body(tag)?.strip_prefix("set")?;
    let target = &rest[..rest.find('=')?];
    let named = |c: char| c.is_whitespace() || c.is_alphanumeric() || "_.,()".contains(c);
    if !target.contains('.') || !target.chars().all(named) {
        return None;
    }
    let end = tag.strip_suffix("%}")?.trim_end_matches(['-', '+']).len();
    let begin = tag.len() - rest.len() + target.len() + 1;
    (begin < end).then_some((begin, end))
}

/// The filter: gives the value back when no namespace is inside.
pub fn check_stored(value: Value) -> Result<Value, Error> {
    check(&value, 0)?;
    Ok(value)
}

fn check(value: &Value, depth: usize) -> Result<(), Error> {
    let fail = |message: &'static str| Err(Error::new(ErrorKind::InvalidOperation, message));
    let is_namespace = |name: &str| name.ends_with("::Namespace");
    if value
        .as_object()
        .is_some_and(|object| is_namespace(object.type_name()))
    {
        return fail("a namespace cannot be stored in a namespace");
    }
    if depth > MAX_DEPTH {
        return fail("a value nested too deeply for a namespace");
    }
    match value.kind() {
        ValueKind::Seq | ValueKind::Iterable => value
            .try_iter()?
            .try_for_each(|item| check(&item, depth + 1)),
        ValueKind::Map => value
            .try_iter()?
            .try_for_each(|key| check(&value.get_item(&key)?, depth + 1)),
        _ => Ok(()),
    }
}
