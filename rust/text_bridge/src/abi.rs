//! The functions of include/temper_text_bridge.h.

use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::Once;

use tokenizers::{Encoding, Tokenizer};

use crate::chat::ChatTemplate;
use crate::{panic_text, tokens, Failure};

const OK: i32 = 0;
const INTERNAL: i32 = 4;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct View {
    data: *const u8,
    size: usize,
}

#[repr(C)]
pub struct Bytes {
    data: *mut u8,
    size: usize,
}

#[repr(C)]
pub struct Spans {
    bounds: *mut usize,
    count: usize,
}

#[repr(C)]
pub struct EncodingOut {
    ids: *mut u32,
    count: usize,
    spans: Spans,
}

impl View {
    /// # Safety
    /// `data` points at `size` bytes that outlive the call.
    unsafe fn bytes<'a>(self) -> &'a [u8] {
        match self.size {
            0 => &[],
            size => std::slice::from_raw_parts(self.data, size),
        }
    }

    unsafe fn text<'a>(self) -> Result<&'a str, Failure> {
        std::str::from_utf8(self.bytes())
            .map_err(|error| Failure::Invalid(format!("byte {} is not UTF-8", error.valid_up_to())))
    }
}

impl Bytes {
    fn new(bytes: impl Into<Vec<u8>>) -> Bytes {
        let (data, size) = leak(bytes.into());
        Bytes { data, size }
    }
}

impl Spans {
    fn new(spans: impl IntoIterator<Item = (usize, usize)>) -> Spans {
        let flat: Vec<usize> = spans.into_iter().flat_map(|(a, b)| [a, b]).collect();
        let (bounds, size) = leak(flat);
        Spans {
            bounds,
            count: size / 2,
        }
    }
}

impl EncodingOut {
    fn new(encoding: &Encoding) -> EncodingOut {
        let (ids, count) = leak(encoding.get_ids().to_vec());
        EncodingOut {
            ids,
            count,
            spans: Spans::new(encoding.get_offsets().iter().copied()),
        }
    }
}

/// Gives a vector to C; `reclaim` takes it back.
fn leak<T>(items: Vec<T>) -> (*mut T, usize) {
    let items = Box::leak(items.into_boxed_slice());
    (items.as_mut_ptr(), items.len())
}

unsafe fn reclaim<T>(data: *mut T, size: usize) {
    if !data.is_null() {
        drop(Box::from_raw(std::ptr::slice_from_raw_parts_mut(
            data, size,
        )));
    }
}

/// Runs an entry's body and reports how it ended.
unsafe fn guarded(error: *mut Bytes, body: impl FnOnce() -> Result<(), Failure>) -> i32 {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    let result = catch_unwind(AssertUnwindSafe(body))
        .unwrap_or_else(|panic| Err(Failure::Internal(panic_text(&*panic))));
    let (status, message) = match result {
        Ok(()) => return OK,
        Err(Failure::Refused(message)) => (1, message),
        Err(Failure::Invalid(message)) => (2, message),
        Err(Failure::Corrupt(message)) => (3, message),
        Err(Failure::Internal(message)) => (INTERNAL, message),
    };
    *error = Bytes::new(message);
    status
}

#[no_mangle]
pub unsafe extern "C" fn temper_text_bytes_free(bytes: Bytes) {
    reclaim(bytes.data, bytes.size);
}

#[no_mangle]
pub unsafe extern "C" fn temper_text_spans_free(spans: Spans) {
    reclaim(spans.bounds, 2 * spans.count);
}

#[no_mangle]
pub unsafe extern "C" fn temper_text_encoding_free(encoding: EncodingOut) {
    reclaim(encoding.ids, encoding.count);
    temper_text_spans_free(encoding.spans);
}

#[no_mangle]
pub unsafe extern "C" fn temper_text_tokenizer_load(
    json: View,
    tokenizer: *mut *mut Tokenizer,
    error: *mut Bytes,
) -> i32 {
    guarded(error, || {
        // The library panics on some broken files: that is the file's fault.
        let loaded = catch_unwind(|| tokens::load(json.bytes()));
        let loaded = loaded.map_err(|panic| Failure::Corrupt(panic_text(&*panic)))?;
        *tokenizer = Box::into_raw(Box::new(loaded?));
        Ok(())
    })
}

#[no_mangle]
pub unsafe extern "C" fn temper_text_tokenizer_free(tokenizer: *mut Tokenizer) {
    if !tokenizer.is_null() {
        let _ = catch_unwind(AssertUnwindSafe(|| drop(Box::from_raw(tokenizer))));
    }
}

#[no_mangle]
pub unsafe extern "C" fn temper_text_tokenizer_encode(
    tokenizer: *const Tokenizer,
    texts: *const View,
    count: usize,
    add_special: i32,
    encodings: *mut EncodingOut,
    error: *mut Bytes,
) -> i32 {
    guarded(error, || {
        let texts: Result<Vec<&str>, Failure> =
            (0..count).map(|index| (*texts.add(index)).text()).collect();
        let encoded = tokens::encode_batch(&*tokenizer, texts?, add_special != 0)?;
        for (index, encoding) in encoded.iter().enumerate() {
            encodings.add(index).write(EncodingOut::new(encoding));
        }
        Ok(())
    })
}

#[no_mangle]
pub unsafe extern "C" fn temper_text_tokenizer_decode(
    tokenizer: *const Tokenizer,
    ids: *const u32,
    count: usize,
    skip_special: i32,
    text: *mut Bytes,
    error: *mut Bytes,
) -> i32 {
    guarded(error, || {
        let ids = match count {
            0 => &[],
            _ => std::slice::from_raw_parts(ids, count),
        };
        let decoded = (*tokenizer)
            .decode(ids, skip_special != 0)
            .map_err(|error| Failure::Invalid(error.to_string()))?;
        *text = Bytes::new(decoded);
        Ok(())
    })
}

#[no_mangle]
pub unsafe extern "C" fn temper_text_tokenizer_id(
    tokenizer: *const Tokenizer,
    token: View,
    found: *mut i32,
    id: *mut u32,
    error: *mut Bytes,
) -> i32 {
    guarded(error, || {
        let known = (*tokenizer).token_to_id(token.text()?);
        *found = i32::from(known.is_some());
        *id = known.unwrap_or(0);
        Ok(())
    })
}

#[no_mangle]
pub unsafe extern "C" fn temper_text_tokenizer_token(
    tokenizer: *const Tokenizer,
    id: u32,
    found: *mut i32,
    token: *mut Bytes,
    error: *mut Bytes,
) -> i32 {
    guarded(error, || {
        let known = (*tokenizer).id_to_token(id);
        *found = i32::from(known.is_some());
        *token = Bytes::new(known.unwrap_or_default());
        Ok(())
    })
}

#[no_mangle]
pub unsafe extern "C" fn temper_text_tokenizer_id_limit(
    tokenizer: *const Tokenizer,
    limit: *mut u32,
    error: *mut Bytes,
) -> i32 {
    guarded(error, || {
        *limit = tokens::id_limit(&*tokenizer);
        Ok(())
    })
}

#[no_mangle]
pub unsafe extern "C" fn temper_text_template_compile(
    source: View,
    chat_template: *mut *mut ChatTemplate,
    marks_generation: *mut i32,
    error: *mut Bytes,
) -> i32 {
    guarded(error, || {
        let source = std::str::from_utf8(source.bytes())
            .map_err(|error| Failure::Corrupt(error.to_string()))?;
        let compiled = ChatTemplate::compile(source)?;
        *marks_generation = i32::from(compiled.marks_generation);
        *chat_template = Box::into_raw(Box::new(compiled));
        Ok(())
    })
}

#[no_mangle]
pub unsafe extern "C" fn temper_text_template_free(chat_template: *mut ChatTemplate) {
    if !chat_template.is_null() {
        let _ = catch_unwind(AssertUnwindSafe(|| drop(Box::from_raw(chat_template))));
    }
}

#[no_mangle]
pub unsafe extern "C" fn temper_text_template_render(
    chat_template: *const ChatTemplate,
    variables: View,
    text: *mut Bytes,
    generated: *mut Spans,
    error: *mut Bytes,
) -> i32 {
    guarded(error, || {
        let rendered = (*chat_template).render(variables.text()?)?;
        *text = Bytes::new(rendered.text);
        *generated = Spans::new(rendered.spans);
        Ok(())
    })
}
