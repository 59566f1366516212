package dev.espalier.engine.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The expected texts are the output of Jinja 3.1.6 with trim_blocks and lstrip_blocks.
class ChatTemplateTest {
    private static final Map<String, Object> VALUES = Map.of(
            "name",
            "Ada",
            "none",
            List.of(),
            "list",
            List.of(1L, 2L, 3L),
            "messages",
            List.of(Map.of("role", "user", "content", " hi "), Map.of("role", "assistant", "content", "yo")));

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
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
                "{% for a in [none, 1] %}{{ loop.previtem is none }}{% endfor %}{% for k, v in {'a': none}.items() %}{{ k }}{{ v }}{% endfor %} # FalseTrueaNone",
                "{{ range(5, 1, -2)|join(',') }} {{ range(2, 4)|join(',') }} {{ 'abc'[1::9223372036854775807] }} {{ 'aöc'[-1] }} # 5,3 2,3 b c",
                "{{ [1, [2]] == [1, [2.0]] }}{{ {'a': [1]} == {'a': [1]} }}{{ [1] in [[1], 2] }}{{ 'b' in {'a': 1} }} # TrueTrueTrueFalse",
                "{{ missing|default('d') }}{{ [1, 'x']|join('-') }}{{ {'a': 5}.a }}{{ {'a': 5}.get('b') is none }} # d1-x5True"
            })
    void rendersAsJinjaDoes(String template, String expected) {
        assertThat(ChatTemplate.of(template).render(VALUES)).isEqualTo(expected);
    }

    @Test
    void theLineOfABlockIsDropped() {
        assertThat(ChatTemplate.of("a\n  {% if true %}\n  b\n  {% endif %}\nc\n")
                        .render(VALUES))
                .isEqualTo("a\n  b\nc");
        assertThat(ChatTemplate.of("a \n {%- if true -%} \n b {{- name }} \n{%- endif %}\nc")
                        .render(VALUES))
                .isEqualTo("abAdac");
        assertThat(ChatTemplate.of("{# a comment with {{ #}x{{- ' y' -}}  z").render(VALUES))
                .isEqualTo("x yz");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ name",
                "{% if x %}",
                "{{ 1 + }}",
                "{{ name|nonsense }}",
                "{{ missing.field }}",
                "{{ list.append(3) }}",
                "{% endfor %}",
                "{{ 1 // 0 }}",
                "{{ range(3)[0]() }}"
            })
    void anUnsupportedFeatureThrowsWithAMessage(String template) {
        assertThatThrownBy(() -> ChatTemplate.of(template).render(VALUES))
                .isInstanceOf(TemplateException.class)
                .hasMessageMatching("(?s).{10,}");
    }

    /// Loops, calls, strings, lists and comparisons that would take hours or gigabytes: each fails after the same
    /// work, in milliseconds.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for i in range(10000) %}{% for j in range(10000) %}{% for k in range(10000) %}{% endfor %}{% endfor %}{% endfor %}x",
                "{% for i in range(10000) %}{% for j in range(10000) %}aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa{% endfor %}{% endfor %}",
                "{% set ns = namespace(x='aaaaaaaaaaaaaaaa') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ ns.x }}",
                "{% set ns = namespace(x=[1,2,3]) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}x",
                "{% set ns = namespace(x='ab') %}{% for i in range(60) %}{% set ns.x = ns.x.replace('', 'zz') %}{% endfor %}x",
                "{% set ns = namespace(x=['a']) %}{% for i in range(15) %}{% set ns.x = ns.x + ns.x %}{% endfor %}{% for i in range(5) %}{% set ns.x = [ns.x|join(ns.x|join)] %}{% endfor %}x",
                "{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}",
                "{% set ns = namespace(x='aaaaaaaaaaaaaaaa') %}{% for i in range(17) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ (ns.x ~ 'b') in (ns.x ~ ns.x) }}",
                "{% macro f(n) %}{% if n > 0 %}{{ f(n-1) }}{{ f(n-1) }}{% endif %}{% endmacro %}{{ f(30) }}",
                "{% set ns = namespace(x='aaaaaaaaaaaaaaaa') %}{% for i in range(17) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ ns.x.split('a')|length }}",
                "{{ range(0, 9223372036854775807)|length }}",
                "{{ range(-9223372036854775807, 9223372036854775807)|length }}"
            })
    void renderingEndsWhenTheBudgetIsSpent(String template) {
        assertThatThrownBy(() -> ChatTemplate.of(template).render(VALUES))
                .isInstanceOf(TemplateException.class)
                .hasMessage("it does more work than Espalier allows a template (20,000,000 steps)");
    }

    @ParameterizedTest
    @MethodSource
    void deepNestingIsRejected(String template) {
        assertThatThrownBy(() -> ChatTemplate.of(template).render(VALUES))
                .isInstanceOf(TemplateException.class)
                .hasMessageMatching("its .* nest more than [12]00 deep");
    }

    static Stream<String> deepNestingIsRejected() {
        return Stream.of(
                "{% macro f(n) %}{{ f(n) }}{% endmacro %}{{ f(1) }}",
                "{{ " + "(".repeat(100_000) + "1" + ")".repeat(100_000) + " }}",
                "{{ " + "[".repeat(100_000) + " }}",
                "{{ " + "-".repeat(100_000) + "1 }}",
                "{{ " + "not ".repeat(100_000) + "1 }}",
                "{{ " + "1 if 1 else ".repeat(10_000) + "1 }}",
                "{% if true %}".repeat(10_000) + "{% endif %}".repeat(10_000),
                "{{ " + "1+".repeat(200_000) + "1 }}",
                "{{ name" + "|trim".repeat(50_000) + " }}",
                "{{ name" + ".x".repeat(100_000) + " }}",
                "{% set a = namespace() %}{% set b = namespace(x=a) %}{% set a.x = b %}{% set c = namespace(x=a) %}{{ c == a }}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "{{ 99999999999999999999999 }} # the number 99999999999999999999999 is too large",
                "{{ raise_exception() }} # the template refuses",
                "{{ range() }} # \"range\" takes one to three numbers",
                "{{ 'abc'.split('')[0] }} # it splits a string at an empty separator",
                "{{ 'a'|replace }} # \"replace\" has too few arguments",
                "{{ [1]|map|list }} # \"map\" has too few arguments",
                "{{ [1]|selectattr }} # \"selectattr\" has too few arguments",
                "{{ none is odd }} # an integer is expected where the value is something else",
                "{{ 'abc'[1.5] }} # an integer is expected where the value is something else",
                "{{ name[] }} # an index is missing between \"[\" and \"]\"",
                "{{ 9223372036854775807 + 1 }} # it calculates with a number that is too large",
                "{{ (-9223372036854775807 - 1) // -1 }} # it calculates with a number that is too large",
                "{{ none in 'abc' }} # it searches a string for something that is not a string",
                "{% for a,b,c in [[1]] %}{% endfor %} # it applies an operation that the value does not support"
            })
    void anInvalidOperationThrowsWithItsOwnMessage(String template, String words) {
        assertThatThrownBy(() -> ChatTemplate.of(template).render(VALUES))
                .isInstanceOf(TemplateException.class)
                .hasMessage(words);
    }

    @Test
    void longStringsAreReadAndTooLongTemplatesAreRejected() {
        assertThat(ChatTemplate.of("{{ '" + "a\\'".repeat(100_000) + "'|length }}")
                        .render(VALUES))
                .isEqualTo("200000");
        assertThatThrownBy(() -> ChatTemplate.of("a".repeat(500_001)))
                .hasMessage("it has 500,001 characters, and Espalier reads templates of up to 500,000");
        assertThatThrownBy(() -> ChatTemplate.of("{{ " + "§".repeat(100_000) + " }}"))
                .hasMessageMatching("\"§{199}…");
    }
}
