package dev.espalier.engine.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The expected texts are what Jinja 3.1.6 gives, with trim_blocks and lstrip_blocks.
class ChatTemplateTest {
    private static final Map<String, Object> VALUES = Map.of("name", "Ada", "none", List.of(), "list", List.of(1L, 2L, 3L),
        "messages", List.of(Map.of("role", "user", "content", " hi "), Map.of("role", "assistant", "content", "yo")));

    @ParameterizedTest
    @CsvSource(delimiter = '#', quoteCharacter = '`', value = {
        "a {{ name }} b # a Ada b",
        "{{ 'a' + \"b\" ~ 3 }} # ab3",
        "{{ 7 // 2 }}{{ 7 % 2 }}{{ -3 + 1 * 2 }} # 31-1",
        "{{ name[0] }}{{ name[-1] }}{{ name[::-1] }}{{ name[1:] }}{{ name[:-1] }} # AaadAdaAd",
        "{{ list[::-1][0] }}{{ list|length }}{{ list[5] is defined }} # 33False",
        "{{ 'x' if list else 'y' }}{{ 'x' if none else 'y' }} # xy",
        "{{ 2 in list }}{{ 9 not in list }}{{ 'd' in name }}{{ not false and true or false }} # TrueTrueTrueTrue",
        "{% for m in messages %}{{ loop.index }}{{ m.role }}{{ m['content']|trim }}{% if not loop.last %},{% endif %}{% endfor %} # 1userhi,2assistantyo",
        "{% for m in messages if m.role == 'user' %}{{ m.role }}{% else %}none{% endfor %} # user",
        "{% set x = 1 %}{% for i in list %}{% set x = i %}{% endfor %}{{ x }} # 1",
        "{% set ns = namespace(x=0) %}{% for i in list %}{% set ns.x = ns.x + i %}{% endfor %}{{ ns.x }} # 6",
        "{% if messages[0].tool is defined %}t{% elif messages[0]['role'] == 'user' %}u{% else %}e{% endif %} # u",
        "{% macro greet(who, mark='!') %}Hi {{ who }}{{ mark }}{% endmacro %}{{ greet(name) }}{{ greet('Bo', mark='?') }} # Hi Ada!Hi Bo?",
        "{{ 'a</think>\\nb'.split('</think>')[-1].lstrip('\\n') }}{{ ' x '.strip() }}{{ 'xay'.rstrip('y') }} # bxxa",
        "{{ 'abc'.startswith('ab') }}{{ 'abc'.endswith('x') }}{{ 'abc' is string }}{{ missing is none }} # TrueFalseTrueFalse",
        "{{ missing|default('d') }}{{ [1, 'x']|join('-') }}{{ {'a': 5}.a }}{{ {'a': 5}.get('b') is none }} # d1-x5True"})
    void rendersAsJinjaDoes(String template, String expected) {
        assertThat(ChatTemplate.of(template).render(VALUES)).isEqualTo(expected);
    }

    @org.junit.jupiter.api.Test
    void aBlocksOwnLineIsDropped() {
        assertThat(ChatTemplate.of("a\n  {% if true %}\n  b\n  {% endif %}\nc\n").render(VALUES)).isEqualTo("a\n  b\nc");
        assertThat(ChatTemplate.of("a \n {%- if true -%} \n b {{- name }} \n{%- endif %}\nc").render(VALUES)).isEqualTo("abAdac");
        assertThat(ChatTemplate.of("{# a comment with {{ #}x{{- ' y' -}}  z").render(VALUES)).isEqualTo("x yz");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{ name", "{% if x %}", "{{ 1 + }}", "{{ name|nonsense }}", "{{ missing.field }}", "{{ list.append(3) }}", "{% endfor %}", "{{ 1 // 0 }}", "{{ range(3)[0]() }}"})
    void whatItCannotDoIsAnErrorWithWords(String template) {
        assertThatThrownBy(() -> ChatTemplate.of(template).render(VALUES)).isInstanceOf(TemplateException.class).hasMessageMatching("(?s).{10,}");
    }
}
