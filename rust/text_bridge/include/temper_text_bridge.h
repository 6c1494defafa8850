/* Hugging Face's tokenizers and minijinja behind a C ABI.
 *
 * Every function returns a status and never unwinds. On failure *error holds a
 * message in UTF-8 and the other outputs are untouched. What a function hands
 * out is freed by the function named beside its type. Handles may be used from
 * many threads at once. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  TEMPER_TEXT_OK = 0,
  TEMPER_TEXT_REFUSED = 1, /* the template called raise_exception */
  TEMPER_TEXT_INVALID = 2, /* this input cannot be worked on */
  TEMPER_TEXT_CORRUPT = 3, /* the file breaks its format or the limits */
  TEMPER_TEXT_INTERNAL = 4, /* a panic, caught */
} temper_text_status;

typedef struct {
  const uint8_t* data;
  size_t size;
} temper_text_view;

/* temper_text_bytes_free */
typedef struct {
  uint8_t* data;
  size_t size;
} temper_text_bytes;

/* temper_text_spans_free */
typedef struct {
  size_t* bounds; /* begin, end, begin, end, ... */
  size_t count; /* pairs */
} temper_text_spans;

/* temper_text_encoding_free */
typedef struct {
  uint32_t* ids;
  size_t count;
  temper_text_spans spans; /* one pair of byte offsets an id */
} temper_text_encoding;

typedef struct temper_text_tokenizer temper_text_tokenizer;
typedef struct temper_text_template temper_text_template;

void temper_text_bytes_free(temper_text_bytes bytes);
void temper_text_spans_free(temper_text_spans spans);
void temper_text_encoding_free(temper_text_encoding encoding);

/* From the bytes of a tokenizer.json. */
temper_text_status temper_text_tokenizer_load(
    temper_text_view json,
    temper_text_tokenizer** tokenizer,
    temper_text_bytes* error);
void temper_text_tokenizer_free(temper_text_tokenizer* tokenizer);

/* Fills encodings[0..count). More than one text runs on all cores. */
temper_text_status temper_text_tokenizer_encode(
    const temper_text_tokenizer* tokenizer,
    const temper_text_view* texts,
    size_t count,
    int add_special,
    temper_text_encoding* encodings,
    temper_text_bytes* error);

/* Ids that the tokenizer does not know give no text. */
temper_text_status temper_text_tokenizer_decode(
    const temper_text_tokenizer* tokenizer,
    const uint32_t* ids,
    size_t count,
    int skip_special,
    temper_text_bytes* text,
    temper_text_bytes* error);

/* *found is 0 when there is no such token. */
temper_text_status temper_text_tokenizer_id(
    const temper_text_tokenizer* tokenizer,
    temper_text_view token,
    int* found,
    uint32_t* id,
    temper_text_bytes* error);
temper_text_status temper_text_tokenizer_token(
    const temper_text_tokenizer* tokenizer,
    uint32_t id,
    int* found,
    temper_text_bytes* token,
    temper_text_bytes* error);

/* One more than the largest id, added tokens included. */
temper_text_status temper_text_tokenizer_id_limit(
    const temper_text_tokenizer* tokenizer,
    uint32_t* limit,
    temper_text_bytes* error);

/* *marks_generation is 1 when the source has {% generation %} blocks. */
temper_text_status temper_text_template_compile(
    temper_text_view source,
    temper_text_template** chat_template,
    int* marks_generation,
    temper_text_bytes* error);
void temper_text_template_free(temper_text_template* chat_template);

/* variables: a JSON object. generated: what stood in generation blocks. */
temper_text_status temper_text_template_render(
    const temper_text_template* chat_template,
    temper_text_view variables,
    temper_text_bytes* text,
    temper_text_spans* generated,
    temper_text_bytes* error);

#ifdef __cplusplus
}
#endif
