// Answers requests about a model folder's text files, one JSON object a line:
//   text_probe FOLDER < requests > answers
#include <iostream>

#include "base/json.h"
#include "temper/error.h"
#include "text/chat_template.h"
#include "text/detokenize.h"
#include "text/tokenizer.h"

namespace temper::text {
namespace {

Json spans_json(const std::vector<ByteSpan>& spans) {
  Json result = Json::array();
  for (auto span : spans)
    result.push_back({span.begin, span.end});
  return result;
}

Json encode(const Tokenizer& tokenizer, const Json& request) {
  auto special =
      request.at("special") ? SpecialTokens::add : SpecialTokens::none;
  auto encoding =
      tokenizer.encode(request.at("text").get<std::string>(), special);
  return {{"ids", encoding.ids}, {"spans", spans_json(encoding.spans)}};
}

Json decode(const Tokenizer& tokenizer, const Json& request) {
  auto ids = request.at("ids").get<std::vector<std::int32_t>>();
  Detokenizer stream(tokenizer);
  std::string streamed;
  for (auto id : ids)
    streamed += stream.add(id);
  streamed += stream.finish();
  return {
      {"text", tokenizer.decode(ids, /* skip_special_tokens= */ true)},
      {"streamed", streamed}};
}

Json render(const ChatTemplate& chat, const Json& request) {
  try {
    auto result = chat.render(
        request.at("messages"),
        request.at("tools"),
        request.at("add_generation_prompt"),
        request.at("extra"));
    return {{"text", result.text}, {"generated", spans_json(result.generated)}};
  } catch (const Error& error) {
    return {{"error", error.message()}};
  }
}

void answer_all(const std::string& folder) {
  std::unique_ptr<Tokenizer> tokenizer;
  std::unique_ptr<ChatTemplate> chat;
  for (std::string line; std::getline(std::cin, line);) {
    auto request = parse_json(line, "request");
    auto act = request.at("act").get<std::string>();
    if (act == "render") {
      if (!chat) chat = load_chat_template(folder);
      std::cout << render(*chat, request) << '\n';
      continue;
    }
    if (!tokenizer) tokenizer = load_tokenizer(folder);
    std::cout << (act == "encode" ? encode(*tokenizer, request)
                                  : decode(*tokenizer, request))
              << '\n';
  }
}

} // namespace
} // namespace temper::text

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  try {
    temper::text::answer_all(argv[1]);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
