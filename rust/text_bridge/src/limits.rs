//! What a template may be before it is compiled. Templates come from the
//! network; the compiler recurses, so runs and nesting are bounded first.

pub const MAX_TEMPLATE: usize = 256 * 1024; // 13 times the largest public one
pub const MAX_OUTPUT: usize = 64 * 1024 * 1024;
pub const MAX_DEPTH: usize = 100; // brackets, and values when printed
pub const MAX_OPERATORS: usize = 1000; // in one tag
pub const MAX_WIDTH: usize = 1000; // of one indent or padded field
pub const MAX_ITEMS: usize = 1 << 20; // of one list that is printed or copied
pub const FUEL: u64 = 20_000_000; // instructions of one rendering
pub const STACK: usize = 64 * 1024 * 1024;

/// Checks size, bracket nesting and operator runs of a template's source.
pub fn check_template(source: &str) -> Result<(), String> {
    if source.len() > MAX_TEMPLATE {
        return Err(format!(
            "{} bytes of template, at most {MAX_TEMPLATE} expected",
            source.len()
        ));
    }
    if source.contains('\0') {
        return Err("a NUL byte in the template".to_owned());
    }
    let bytes = source.as_bytes();
    let mut at = 0;
    while let Some(found) = find_tag(bytes, at) {
        at = tag_end(source, found + 2)?;
    }
    Ok(())
}

/// Where the next `{{` or `{%` outside a comment is.
pub fn find_tag(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while at + 1 < bytes.len() {
        match (bytes[at], bytes[at + 1]) {
            (b'{', b'{' | b'%') => return Some(at),
            (b'{', b'#') => at = skip_comment(bytes, at + 2),
            _ => at += 1,
        }
    }
    None
}

fn skip_comment(bytes: &[u8], from: usize) -> usize {
    let close = bytes[from..].windows(2).position(|pair| pair == b"#}");
    close.map_or(bytes.len(), |at| from + at + 2)
}

/// Where the tag ends that was opened just before `start`.
pub fn tag_end(source: &str, start: usize) -> Result<usize, String> {
    let bytes = source.as_bytes();
    let (mut at, mut depth, mut operators) = (start, 0usize, 0usize);
    while at < bytes.len() {
        let c = bytes[at];
        let next = bytes.get(at + 1).copied().unwrap_or(0);
        if depth == 0 && next == b'}' && matches!(c, b'%' | b'}') {
            return Ok(at + 2);
        }
        match c {
            b'"' | b'\'' => at = skip_string(bytes, at),
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'+' | b'-' | b'*' | b'/' | b'~' | b'|' | b'.' | b'<' | b'>' | b'=' | b'%' => {
                operators += 1
            }
            b'a'..=b'z' => {
                let word = word_at(bytes, at);
                if matches!(
                    word,
                    b"not" | b"and" | b"or" | b"in" | b"is" | b"if" | b"else"
                ) {
                    operators += 1;
                }
                at += word.len() - 1;
            }
            _ => {}
        }
        if depth > MAX_DEPTH || operators > MAX_OPERATORS {
            let line = 1 + source[..start].matches('\n').count();
            return Err(format!(
                "line {line}: an expression with more than {MAX_DEPTH} levels of \
                 brackets or {MAX_OPERATORS} operators"
            ));
        }
        at += 1;
    }
    Ok(at)
}

fn word_at(bytes: &[u8], at: usize) -> &[u8] {
    let end = (at..bytes.len())
        .find(|&i| !(bytes[i].is_ascii_alphanumeric() || bytes[i] == b'_'))
        .unwrap_or(bytes.len());
    &bytes[at..end]
}

/// Where the string that opens at `at` has its closing mark.
fn skip_string(bytes: &[u8], at: usize) -> usize {
    let mut i = at + 1;
    while i < bytes.len() && bytes[i] != bytes[at] {
        i += if bytes[i] == b'\\' { 2 } else { 1 };
    }
    i
}
