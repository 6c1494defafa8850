//! A compiled chat template: Hugging Face's Jinja dialect on minijinja.

use std::io;
use std::panic::{catch_unwind, AssertUnwindSafe};

use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior};

use crate::generation::{choose_marks, cut_marks, rewrite, Marked};
use crate::limits::{check_template, FUEL, MAX_OUTPUT, STACK};
use crate::{filters, namespaces, Failure};

const NAME: &str = "chat_template";

pub struct ChatTemplate {
    env: Environment<'static>,
    source: String,
    pub marks_generation: bool,
}

impl ChatTemplate {
    pub fn compile(source: &str) -> Result<ChatTemplate, Failure> {
        check_template(source).map_err(Failure::Corrupt)?;
        let (rewritten, marks_generation) = rewrite(source);
        let rewritten = namespaces::rewrite(&rewritten);
        let env = on_big_stack(move || {
            let mut env = environment();
            env.add_template_owned(NAME, rewritten)
                .map_err(|error| Failure::Corrupt(describe(&error)))?;
            Ok(env)
        })?;
        Ok(ChatTemplate {
            env,
            source: source.to_owned(),
            marks_generation,
        })
    }

    /// `context` is a JSON object with every variable of the template.
    pub fn render(&self, context: &str) -> Result<Marked, Failure> {
        on_big_stack(|| self.render_here(context))
    }

    fn render_here(&self, context: &str) -> Result<Marked, Failure> {
        let variables: serde_json::Value = serde_json::from_str(context)
            .map_err(|error| Failure::Invalid(format!("the variables: {error}")))?;
        let marks =
            choose_marks(|c| self.source.contains(c) || uses(&variables, c)).ok_or_else(|| {
                Failure::Invalid("every noncharacter from U+FDD0 to U+FDEF is used".to_owned())
            })?;
        let template = self.env.get_template(NAME).map_err(run_failure)?;
        let mut out = LimitedWriter(Vec::new());
        filters::RAISED.set(None);
        template
            .render_captured_to(&variables, &mut out)
            .map_err(run_failure)?;
        let text = String::from_utf8(out.0)
            .map_err(|_| Failure::Internal("output is not UTF-8".to_owned()))?;
        cut_marks(&text, marks).ok_or_else(|| {
            Failure::Invalid("its generation blocks are changed by a later filter".to_owned())
        })
    }
}

fn environment() -> Environment<'static> {
    let mut env = Environment::new();
    env.set_trim_blocks(true);
    env.set_lstrip_blocks(true);
    env.set_undefined_behavior(UndefinedBehavior::Lenient);
    env.set_auto_escape_callback(|_| AutoEscape::None);
    env.set_fuel(Some(FUEL));
    filters::install(&mut env);
    env
}

fn run_failure(error: Error) -> Failure {
    match filters::RAISED.take() {
        Some(message) => Failure::Refused(message),
        None => Failure::Invalid(describe(&error)),
    }
}

/// "line 3: what is wrong", with the innermost cause last.
fn describe(error: &Error) -> String {
    let mut text = match error.line() {
        Some(line) => format!("line {line}: "),
        None => String::new(),
    };
    text += error.detail().unwrap_or("");
    if error.detail().is_none() {
        text += &error.kind().to_string();
    }
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text += &format!(": {cause}");
        source = cause.source();
    }
    text
}

fn uses(value: &serde_json::Value, c: char) -> bool {
    match value {
        serde_json::Value::String(text) => text.contains(c),
        serde_json::Value::Array(items) => items.iter().any(|item| uses(item, c)),
        serde_json::Value::Object(map) => map
            .iter()
            .any(|(key, item)| key.contains(c) || uses(item, c)),
        _ => false,
    }
}

/// Compiling and rendering recurse, so they get a stack of their own.
fn on_big_stack<T: Send>(work: impl FnOnce() -> Result<T, Failure> + Send) -> Result<T, Failure> {
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, || {
                catch_unwind(AssertUnwindSafe(work))
                    .unwrap_or_else(|panic| Err(Failure::Internal(crate::panic_text(&*panic))))
            })
            .map_err(|error| Failure::Internal(format!("no thread: {error}")))?
            .join()
            .unwrap_or_else(|panic| Err(Failure::Internal(crate::panic_text(&*panic))))
    })
}

struct LimitedWriter(Vec<u8>);

impl io::Write for LimitedWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_OUTPUT {
            let message = format!("more than {MAX_OUTPUT} bytes of output");
            return Err(io::Error::other(message));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
