// Owns config.json and generation_config.json made from GGUF metadata.
#pragma once

#include "base/json.h"
#include "convert/gguf_metadata.h"

namespace temper::conversion {

// Architectures: llama (mistral included), qwen2, qwen3. Throws incompatible
// for others, and for what config.json could not say of these.
// `tied`: the file has no head of its own. `vocab_size`: rows of the embedding.
// Leaves torch_dtype and quantization to the caller.
Json config_from_gguf(
    const GgufMetadata& metadata,
    bool tied,
    std::int64_t vocab_size);

// Ids of bos, eos and the end of a turn.
Json generation_config_from_gguf(const GgufMetadata& metadata);

} // namespace temper::conversion
