// Owns the names of GGUF's tensors in Hugging Face's terms.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace temper::conversion {

// "blk.3.attn_q.weight" -> "model.layers.3.self_attn.q_proj.weight"; nothing
// for a name that no supported architecture has.
std::optional<std::string> hf_name(std::string_view gguf_name);

// Which rows of a tensor GGUF reorders for llama.
enum class RowOrder { as_is, query_heads, key_heads };
RowOrder row_order(std::string_view gguf_name);

} // namespace temper::conversion
