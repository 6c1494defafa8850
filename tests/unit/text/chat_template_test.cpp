#include "text/chat_template.h"

#include <gmock/gmock.h>

#include "unit/text/text_fixture.h"

namespace temper::text {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

class Chat : public ModelFolder {
 protected:
  std::unique_ptr<ChatTemplate> compile(const std::string& source) {
    write("chat_template.jinja", source);
    return load_chat_template(folder());
  }

  std::string render(const std::string& source, const Json& extra = {}) {
    return compile(source)
        ->render(
            kMessages, nullptr, false, extra.is_null() ? Json::object() : extra)
        .text;
  }

  Error render_error(const std::string& source) {
    return error_of([&] { render(source); });
  }

  const Json kMessages = Json::array(
      {{{"role", "user"}, {"content", "Hi"}},
       {{"role", "assistant"}, {"content", "Yes?"}},
       {{"role", "user"}, {"content", "Bye"}},
       {{"role", "assistant"}, {"content", "Oh"}}});
};

std::vector<std::string> generated(const RenderedChat& chat) {
  std::vector<std::string> pieces;
  for (auto span : chat.generated)
    pieces.push_back(chat.text.substr(span.begin, span.end - span.begin));
  return pieces;
}

TEST_F(Chat, is_nothing_when_no_file_has_a_template) {
  write("tokenizer_config.json", Json{{"bos_token", "<s>"}});
  EXPECT_EQ(load_chat_template(folder()), nullptr);
}

TEST_F(Chat, comes_from_the_jinja_file_before_the_json_files) {
  write("tokenizer_config.json", Json{{"chat_template", "config"}});
  auto text = [&] {
    return load_chat_template(folder())->render(kMessages, nullptr, false).text;
  };
  EXPECT_EQ(text(), "config");
  write("chat_template.json", Json{{"chat_template", "json"}});
  EXPECT_EQ(text(), "json");
  write("chat_template.jinja", std::string("jinja"));
  EXPECT_EQ(text(), "jinja");
}

TEST_F(Chat, takes_the_default_of_named_templates) {
  write(
      "tokenizer_config.json",
      Json{
          {"chat_template",
           Json::array(
               {{{"name", "tool_use"}, {"template", "no"}},
                {{"name", "default"}, {"template", "yes"}}})}});
  auto chat = load_chat_template(folder());
  EXPECT_EQ(chat->render(kMessages, nullptr, false).text, "yes");
}

TEST_F(Chat, refuses_a_template_of_another_type) {
  write("tokenizer_config.json", Json{{"chat_template", 3}});
  auto error = error_of([&] { load_chat_template(folder()); });
  EXPECT_EQ(error.code(), ErrorCode::corrupt_file);
  EXPECT_EQ(
      error.message(),
      path("tokenizer_config.json") +
          ": \"chat_template\" is neither a text nor a list with an entry "
          "named \"default\".");
}

TEST_F(Chat, gives_special_tokens_and_further_variables) {
  write("tokenizer_config.json", Json{{"bos_token", "<s>"}});
  EXPECT_EQ(
      render(
          "{{ bos_token }}{{ eos_token }}|{{ enable_thinking }}",
          Json{{"enable_thinking", false}}),
      "<s>|False");
}

TEST_F(Chat, renders_chatml_and_the_generation_prompt) {
  auto chat = compile(
      "{% for m in messages %}\n"
      "    {{- '<|im_start|>' + m.role + '\\n' + m['content'] + "
      "'<|im_end|>\\n' }}\n"
      "{% endfor %}\n"
      "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif "
      "%}");
  Json one = Json::array({{{"role", "user"}, {"content", "Hi"}}});
  EXPECT_EQ(
      chat->render(one, nullptr, true).text,
      "<|im_start|>user\nHi<|im_end|>\n\n<|im_start|>assistant\n");
}

TEST_F(Chat, marks_what_stands_in_generation_blocks) {
  auto chat = compile(
      "{% for m in messages %}{{ m.role }}: "
      "{%- if m.role == 'assistant' %}\n"
      "{%- generation -%}\n  {{ m.content }}\n<end>{% endgeneration %}\n"
      "{%- else %}{{ m.content }}{% endif %}\n{% endfor %}");
  EXPECT_TRUE(chat->marks_generation());
  auto result = chat->render(kMessages, nullptr, false);
  EXPECT_EQ(
      result.text, "user:Hiassistant:Yes?\n<end>user:Byeassistant:Oh\n<end>");
  EXPECT_THAT(
      generated(result), ::testing::ElementsAre("Yes?\n<end>", "Oh\n<end>"));
}

TEST_F(Chat, keeps_its_marks_apart_from_the_messages_text) {
  auto chat =
      compile("{{ messages[0].content }}{% generation %}x{% endgeneration %}");
  // U+FDD0 and U+FDD1, the marks of first choice
  Json one = Json::array(
      {{{"role", "user"}, {"content", "\xef\xb7\x90 \xef\xb7\x91"}}});
  auto result = chat->render(one, nullptr, false);
  EXPECT_EQ(result.text, "\xef\xb7\x90 \xef\xb7\x91x");
  EXPECT_THAT(generated(result), ::testing::ElementsAre("x"));
}

TEST_F(Chat, has_no_marks_without_generation_blocks) {
  auto chat = compile("{# {% generation %} #}{{ '{% generation' }}");
  EXPECT_FALSE(chat->marks_generation());
  auto result = chat->render(kMessages, nullptr, false);
  EXPECT_EQ(result.text, "{% generation");
  EXPECT_TRUE(result.generated.empty());
}

TEST_F(Chat, prints_values_as_python_does) {
  EXPECT_EQ(
      render(
          "{{ [none, true, 1, 1.0, 1e-5, 1e16, 'a', \"it's\", {'k': 'v\\n'}] "
          "}}"),
      "[None, True, 1, 1.0, 1e-05, 1e+16, 'a', \"it's\", {'k': 'v\\n'}]");
  EXPECT_EQ(render("{{ none }}{{ missing }}{{ false }}"), "NoneFalse");
}

TEST_F(Chat, writes_json_as_python_does) {
  Json extra = {
      {"v", {{"b", {1, 2.5}}, {"a", "\xc3\xa9<\n\""}, {"n", nullptr}}}};
  EXPECT_EQ(
      render("{{ v | tojson }}", extra),
      "{\"b\": [1, 2.5], \"a\": \"\xc3\xa9<\\n\\\"\", \"n\": null}");
  EXPECT_EQ(
      render("{{ v | tojson(ensure_ascii=true, sort_keys=true) }}", extra),
      "{\"a\": \"\\u00e9<\\n\\\"\", \"b\": [1, 2.5], \"n\": null}");
  EXPECT_EQ(render("{{ v.b | tojson(indent=2) }}", extra), "[\n  1,\n  2.5\n]");
  EXPECT_EQ(
      render("{{ v.b | tojson(separators=(',', ':')) }}", extra), "[1,2.5]");
}

TEST_F(Chat, has_pythons_methods_slices_and_loop_controls) {
  EXPECT_EQ(
      render(
          "{{ ' a '.strip() }}{{ 'a,b'.split(',')[-1] }}"
          "{% for k, v in {'x': 1}.items() %}{{ k }}{{ v }}{% endfor %}"
          "{% for m in messages[::-1] %}{% if loop.index > 2 %}{% break %}"
          "{% endif %}{{ m.content }}{% endfor %}"
          "{{ 'x'.replace('x', 'yy') }}{{ ', '.join(['a', 'b']) }}"),
      "abx1OhByeyya, b");
}

TEST_F(Chat, counts_undefined_as_empty_and_none_as_no_list) {
  EXPECT_EQ(render("{{ missing | length }}{{ none is iterable }}"), "0False");
}

TEST_F(Chat, knows_the_date) {
  EXPECT_THAT(
      render("{{ strftime_now('%Y-%m-%d') }}"),
      MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}"));
}

TEST_F(Chat, passes_the_templates_own_refusal_on) {
  auto error = render_error("{{ raise_exception('roles must alternate') }}");
  EXPECT_EQ(error.code(), ErrorCode::invalid_data);
  EXPECT_EQ(
      error.message(),
      path("chat_template.jinja") +
          ": the template refuses these messages: roles must alternate");
}

TEST_F(Chat, refuses_a_message_that_is_not_utf8) {
  auto chat = compile("x");
  Json bad = Json::array({{{"role", "user"}, {"content", "\xff"}}});
  auto error = error_of([&] { chat->render(bad, nullptr, false); });
  EXPECT_EQ(error.code(), ErrorCode::invalid_data);
  EXPECT_EQ(
      error.message(),
      path("chat_template.jinja") + ": a message is not valid UTF-8.");
}

TEST_F(Chat, says_the_line_that_does_not_compile) {
  auto error = error_of([&] { compile("a\n{% if %}"); });
  EXPECT_EQ(error.code(), ErrorCode::corrupt_file);
  EXPECT_THAT(
      error.message(),
      ::testing::StartsWith(path("chat_template.jinja") + ": line 2: "));
}

std::string times(const std::string& text, int count) {
  std::string result;
  for (int i = 0; i < count; ++i)
    result += text;
  return result;
}

TEST_F(Chat, refuses_hostile_sources_before_they_are_compiled) {
  for (const auto& source :
       {"{{ " + times("not ", 50000) + "x }}",
        "{{ " + times("-", 200000) + "1 }}",
        "{{ 1" + times(" ~ 1", 50000) + " }}",
        "{{ " + times("(", 100000) + " }}",
        "{{ " + times("[", 5000) + times("]", 5000) + " }}",
        "{{ x" + times(".a", 100000) + " }}",
        times("x", 300000)}) {
    auto error = error_of([&] { compile(source); });
    EXPECT_EQ(error.code(), ErrorCode::corrupt_file) << source.substr(0, 20);
  }
}

TEST_F(Chat, survives_deep_statements) {
  auto nested = times("{% if 1 %}", 20000) + times("{% endif %}", 1);
  EXPECT_EQ(error_of([&] { compile(nested); }).code(), ErrorCode::corrupt_file);
  auto chain =
      "{% if 0 %}" + times("{% elif 0 %}", 15000) + "{% else %}y{% endif %}";
  try {
    EXPECT_EQ(render(chain), "y");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::corrupt_file);
  }
}

TEST_F(Chat, stops_templates_that_do_not_end_or_ask_for_too_much) {
  for (const std::string source :
       {"{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}"
        "{% endfor %}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% include 'chat_template' %}",
        "{% extends 'chat_template' %}",
        "{{ [1] * 1000000000000 }}",
        "{{ ([1] * 1000000000000) | list | length }}",
        "{{ ([1] * 1000000000000) | tojson }}",
        "{{ 'x' | indent(1000000000) }}",
        "{{ '%999999999d' | format(1) }}",
        "{{ '{:999999999}'.format(1) }}",
        "{{ range(1000000000) }}",
        "{{ 'x' * 1000000000000 }}",
        "{{ ('x' * 1000000).replace('x', 'y' * 1000000) }}",
        "{% for a in range(1000) %}{{ 'x' * 100000 }}{% endfor %}"}) {
    auto error = render_error(source);
    EXPECT_EQ(error.code(), ErrorCode::invalid_data) << source;
  }
}

TEST_F(Chat, refuses_values_that_hold_themselves) {
  for (const std::string source :
       {"{% set n = namespace() %}{% set n.a = n %}{{ n ~ '' }}",
        "{% set n = namespace() %}{%- set n.a=[{'k': n}] -%}{{ n | tojson }}",
        "{% set n = namespace() %}{% set m, n.a = 1, n %}{{ n ~ '' }}",
        "{% set n = namespace(a=1) %}{% for i in range(9999) %}"
        "{% set n.a = [n.a] %}{% endfor %}{{ n.a ~ '' }}"}) {
    auto error = render_error(source);
    EXPECT_EQ(error.code(), ErrorCode::invalid_data) << source;
    EXPECT_THAT(error.message(), HasSubstr("namespace")) << source;
  }
}

TEST_F(Chat, survives_a_value_nested_by_many_statements) {
  auto source = "{% set x = 1 %}" + times("{% set x=[x] %}", 15000);
  EXPECT_THAT(
      render_error(source + "{{ x }}").message(), HasSubstr("too deep"));
  EXPECT_EQ(render(source + "{{ (x ~ '') | length }}"), "30001");
}

TEST_F(Chat, stores_in_namespaces_across_loops) {
  EXPECT_EQ(
      render(
          "{% set ns = namespace(n=0, l=[]) %}{% for m in messages %}"
          "{% set ns.n = ns.n + 1 if true else 0 %}"
          "{%- set ns.l = ns.l + [m.content] -%}{% endfor %}"
          "{{ ns.n }} {{ ns.l | join('%}') }}{% set ns.s = '%}' %}{{ ns.s }}"),
      "4 Hi%}Yes?%}Bye%}Oh%}");
}

TEST_F(Chat, says_which_limit_a_rendering_met) {
  EXPECT_THAT(
      render_error("{% for a in range(1000) %}{{ 'x' * 100000 }}{% endfor %}")
          .message(),
      HasSubstr("more than 67108864 bytes of output"));
}

} // namespace
} // namespace temper::text
