//! `{% generation %}` blocks: the text a model is to learn.
//!
//! The tags become a filter block, which has the scope and the whitespace rules
//! that Hugging Face's own block has. The filter puts a sentinel on each side;
//! after rendering the sentinels are cut out and leave spans. Sentinels are
//! noncharacters that do not occur in this rendering's input.

use std::cell::Cell;

pub const FILTER: &str = "temper_generation";

thread_local! {
    static MARKS: Cell<[char; 2]> = const { Cell::new(['\u{fdd0}', '\u{fdd1}']) };
}

pub struct Marked {
    pub text: String,
    pub spans: Vec<(usize, usize)>,
}

/// The source with its tags rewritten, and whether it had any.
pub fn rewrite(source: &str) -> (String, bool) {
    let mut out = String::with_capacity(source.len() + 64);
    let mut rest = source;
    let mut found = false;
    while let Some(open) = rest.find("{%") {
        let comment = rest[..open].find("{#");
        if let Some(end) = comment.and_then(|at| rest[at..].find("#}").map(|e| at + e + 2)) {
            out.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        out.push_str(&rest[..open + 2]);
        rest = &rest[open + 2..];
        let word = rest.trim_start_matches(['-', '+']).trim_start();
        let before = rest.len() - word.len();
        for (tag, replacement) in [("generation", "filter "), ("endgeneration", "endfilter")] {
            let Some(after) = word.strip_prefix(tag) else {
                continue;
            };
            let close = after.trim_start().trim_start_matches(['-', '+']);
            if !close.starts_with("%}") {
                continue;
            }
            out.push_str(&rest[..before]);
            out.push_str(replacement);
            if tag == "generation" {
                out.push_str(FILTER);
                found = true;
            }
            rest = after;
            break;
        }
    }
    out.push_str(rest);
    (out, found)
}

/// Chooses this thread's sentinels: the first two noncharacters of
/// U+FDD0..U+FDEF that the template and its input do not use.
pub fn choose_marks(used: impl Fn(char) -> bool) -> Option<[char; 2]> {
    let mut free = ('\u{fdd0}'..='\u{fdef}').filter(|&c| !used(c));
    let marks = [free.next()?, free.next()?];
    MARKS.set(marks);
    Some(marks)
}

/// The filter the tags were rewritten to.
pub fn mark(text: &str) -> String {
    let [open, close] = MARKS.get();
    format!("{open}{text}{close}")
}

/// Cuts the sentinels out. Nothing when they do not pair up.
pub fn cut_marks(marked: &str, marks: [char; 2]) -> Option<Marked> {
    let mut text = String::with_capacity(marked.len());
    let mut spans = Vec::new();
    let mut begin = None;
    for piece in marked.split_inclusive(marks) {
        let body = piece.trim_end_matches(marks);
        text.push_str(body);
        if body.len() == piece.len() {
            continue;
        }
        match (piece.ends_with(marks[0]), begin) {
            (true, None) => begin = Some(text.len()),
            (false, Some(at)) => {
                spans.push((at, text.len()));
                begin = None;
            }
            _ => return None,
        }
    }
    begin.is_none().then_some(Marked { text, spans })
}
