// The JSON files of a model folder.
#pragma once

#include <string>

#include "base/json.h"

namespace temper::io {

// The object in a JSON file. Throws not_found, io or corrupt_file.
Json read_json_object(const std::string& path);

// The object in the folder's config.json. Throws as read_json_object does.
Json read_model_config(const std::string& folder);

} // namespace temper::io
