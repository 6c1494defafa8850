//! Filters, tests and functions as Jinja2 has them, where minijinja differs or
//! would let a template ask for unbounded memory.

use std::cell::RefCell;
use std::fmt::Write;

use minijinja::value::{Kwargs, Rest, Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind, Output, State};
use minijinja_contrib::pycompat::unknown_method_callback;

use crate::limits::{MAX_OUTPUT, MAX_WIDTH};
use crate::python::{items, to_json, to_str, JsonStyle};

thread_local! {
    /// What raise_exception said in this thread's rendering.
    pub static RAISED: RefCell<Option<String>> = const { RefCell::new(None) };
}

pub fn install(env: &mut Environment) {
    env.set_formatter(format_output);
    env.set_unknown_method_callback(method);
    env.add_filter("string", |value: Value| to_str(&value));
    env.add_filter("trim", trim);
    env.add_filter("e", escape);
    env.add_filter("escape", escape);
    env.add_filter("length", length);
    env.add_filter("count", length);
    env.add_filter("tojson", tojson);
    env.add_filter("list", list);
    env.add_filter("indent", indent);
    env.add_filter("join", join);
    env.add_filter("replace", replace);
    env.add_filter("format", format);
    env.add_filter(crate::generation::FILTER, |text: &str| {
        crate::generation::mark(text)
    });
    env.add_filter(crate::namespaces::FILTER, crate::namespaces::check_stored);
    env.add_test("iterable", |value: &Value| {
        !value.is_none() && value.try_iter().is_ok()
    });
    env.add_function("raise_exception", raise_exception);
    env.add_function("strftime_now", strftime_now);
}

fn fail<T>(message: impl Into<String>) -> Result<T, Error> {
    Err(Error::new(ErrorKind::InvalidOperation, message.into()))
}

fn format_output(out: &mut Output, state: &State, value: &Value) -> Result<(), Error> {
    match value.kind() {
        ValueKind::Invalid => minijinja::escape_formatter(out, state, value),
        _ => Ok(out.write_str(&to_str(value)?)?),
    }
}

fn raise_exception(message: Value) -> Result<Value, Error> {
    let message = to_str(&message)?;
    RAISED.set(Some(message.clone()));
    fail(message)
}

fn strftime_now(pattern: &str) -> Result<String, Error> {
    let mut out = String::new();
    match write!(out, "{}", chrono::Local::now().format(pattern)) {
        Ok(()) => Ok(out),
        Err(_) => fail(format!("strftime_now: \"{pattern}\" is not a date format")),
    }
}

fn trim(value: Value, chars: Option<String>) -> Result<String, Error> {
    let text = to_str(&value)?;
    Ok(match chars {
        Some(chars) => text.trim_matches(|c| chars.contains(c)).to_owned(),
        None => text.trim().to_owned(),
    })
}

fn escape(value: Value) -> Result<String, Error> {
    let mut out = String::new();
    for c in to_str(&value)?.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\'' => out.push_str("&#39;"),
            '"' => out.push_str("&#34;"),
            c => out.push(c),
        }
    }
    Ok(out)
}

fn length(value: &Value) -> Result<usize, Error> {
    if value.is_undefined() {
        return Ok(0);
    }
    match value.len() {
        Some(length) => Ok(length),
        None => fail(format!("a value of kind {} has no length", value.kind())),
    }
}

fn list(value: &Value) -> Result<Value, Error> {
    if value.is_undefined() {
        return Ok(Value::from(Vec::<Value>::new()));
    }
    items(value).map(Value::from)
}

fn tojson(value: Value, kwargs: Kwargs) -> Result<String, Error> {
    let indent: Option<Value> = kwargs.get("indent")?;
    let separators: Option<Vec<String>> = kwargs.get("separators")?;
    let style = JsonStyle {
        ascii: kwargs.get::<Option<bool>>("ensure_ascii")?.unwrap_or(false),
        sort_keys: kwargs.get::<Option<bool>>("sort_keys")?.unwrap_or(false),
        item_separator: match (&separators, &indent) {
            (Some(pair), _) if pair.len() == 2 => pair[0].clone(),
            (_, Some(indent)) if !indent.is_none() => ",".to_owned(),
            _ => ", ".to_owned(),
        },
        key_separator: match &separators {
            Some(pair) if pair.len() == 2 => pair[1].clone(),
            _ => ": ".to_owned(),
        },
        indent: match indent {
            Some(indent) if !indent.is_none() => Some(indentation(&indent)?),
            _ => None,
        },
    };
    kwargs.assert_all_used()?;
    to_json(&value, &style)
}

/// A number of spaces, or the text itself.
fn indentation(width: &Value) -> Result<String, Error> {
    let text = match width.as_str() {
        Some(text) => text.to_owned(),
        None => {
            let spaces = usize::try_from(width.clone())?;
            if spaces > MAX_WIDTH {
                return fail(format!("indent: {spaces} spaces, at most {MAX_WIDTH}"));
            }
            " ".repeat(spaces)
        }
    };
    if text.len() > MAX_WIDTH {
        return fail(format!("indent: a prefix over {MAX_WIDTH} bytes"));
    }
    Ok(text)
}

fn indent(
    value: Value,
    width: Option<Value>,
    first: Option<bool>,
    blank: Option<bool>,
    kwargs: Kwargs,
) -> Result<String, Error> {
    let width = width.or(kwargs.get("width")?).unwrap_or(Value::from(4));
    let first = first.or(kwargs.get("first")?).unwrap_or(false);
    let blank = blank.or(kwargs.get("blank")?).unwrap_or(false);
    kwargs.assert_all_used()?;
    let prefix = indentation(&width)?;
    let text = to_str(&value)?;
    let lines: Vec<&str> = text.split('\n').collect();
    bounded(lines.len(), prefix.len() + 1, text.len())?;
    let mut out = String::new();
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let wanted = if index == 0 {
            first
        } else {
            blank || !line.is_empty()
        };
        if wanted {
            out.push_str(&prefix);
        }
        out.push_str(line);
    }
    Ok(out)
}

fn bounded(times: usize, each: usize, plus: usize) -> Result<(), Error> {
    match times
        .checked_mul(each)
        .and_then(|size| size.checked_add(plus))
    {
        Some(size) if size <= MAX_OUTPUT => Ok(()),
        _ => fail(format!("a text over {MAX_OUTPUT} bytes")),
    }
}

fn join(
    value: Value,
    separator: Option<String>,
    attribute: Option<String>,
    kwargs: Kwargs,
) -> Result<String, Error> {
    let attribute = attribute.or(kwargs.get("attribute")?);
    let separator = match separator.or(kwargs.get("d")?) {
        Some(separator) => separator,
        None => String::new(),
    };
    kwargs.assert_all_used()?;
    let mut out = String::new();
    for (index, item) in value.try_iter()?.enumerate() {
        if index > 0 {
            out.push_str(&separator);
        }
        let item = match &attribute {
            Some(name) => item.get_attr(name)?,
            None => item,
        };
        out.push_str(&to_str(&item)?);
        bounded(1, out.len(), 0)?;
    }
    Ok(out)
}

fn replace(value: Value, from: Value, to: Value) -> Result<String, Error> {
    let (text, from, to) = (to_str(&value)?, to_str(&from)?, to_str(&to)?);
    bounded(text.matches(from.as_str()).count(), to.len(), text.len())?;
    Ok(text.replace(from.as_str(), &to))
}

fn format(state: &State, pattern: Value, args: Rest<Value>) -> Result<Value, Error> {
    check_widths(pattern.as_str().unwrap_or_default())?;
    minijinja::filters::format(state, &pattern, args)
}

/// A field as wide as a number with more than three digits is a mistake, or
/// worse.
fn check_widths(pattern: &str) -> Result<(), Error> {
    let long = pattern
        .split(|c: char| !c.is_ascii_digit())
        .any(|digits| digits.len() > 3);
    if long || pattern.contains('*') {
        return fail(format!(
            "format: a field wider than {MAX_WIDTH} is asked for"
        ));
    }
    Ok(())
}

/// Python's methods, with the ones that multiply text bounded.
fn method(state: &State, value: &Value, name: &str, args: &[Value]) -> Result<Value, Error> {
    match (name, value.as_str(), args) {
        ("replace", Some(text), [from, to, ..]) => {
            let (from, to) = (to_str(from)?, to_str(to)?);
            bounded(text.matches(from.as_str()).count(), to.len(), text.len())?;
        }
        ("join", Some(_), [items]) => {
            return join(
                items.clone(),
                Some(value.to_string()),
                None,
                Kwargs::from_iter(Vec::<(String, Value)>::new()),
            )
            .map(Value::from);
        }
        ("format", Some(text), _) => check_widths(text)?,
        _ => {}
    }
    unknown_method_callback(state, value, name, args)
}
