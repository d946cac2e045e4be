#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/limits.h"
#include "wire/script.h"
#include <stdio.h>
#include <stdlib.h>

static int arena_setup(void **state)
{
    struct wx_arena *arena = wx_new(struct wx_arena);

    wx_arena_init(arena);
    *state = arena;
    return 0;
}

static int arena_teardown(void **state)
{
    wx_arena_clear(*state);
    free(*state);
    return 0;
}

static struct wx_script_facts *read_z(void **state, const char *code)
{
    size_t n = strlen(code);
    char *exact = wx_arena_alloc(*state, n);

    memcpy(exact, code, n);
    return wx_script_read(*state, (struct wx_str){exact, n});
}

#define assert_str(s, z)                                                               \
    do {                                                                               \
        struct wx_str s_ = (s);                                                        \
        if (!wx_str_eqz(s_, (z)))                                                      \
            fail_msg("have '" WX_STR_FMT "', want '%s'", WX_STR_ARG(s_), (z));         \
    } while (0)

static void write__is_decoded(void **state)
{
    static const struct {
        const char *code, *html;
        bool is_encoded;
    } cases[] = {
        {"document.write('<b>x</b>')", "<b>x</b>", false},
        {"document . writeln ( \"a\" + 'b' +\n\"c\" );", "abc", false},
        {"document.write(unescape(\"%3Cspan id='_ideConac' %3E%3C/span%3E%3Cscript "
         "src='https://dcs.conac.cn/js/1/2.js' "
         "type='text/javascript'%3E%3C/script%3E\"));",
         "<span id='_ideConac' ></span><script src='https://dcs.conac.cn/js/1/2.js' "
         "type='text/javascript'></script>",
         true},
        {"document.write(unescape('%u4e2d%u56FD%20%uD83D%uDE00'))", "中国 😀", true},
        {"document.write(unescape('%E4%B8%AD'))", "中", true},
        {"document.write(unescape('%E9'))", "é", true},
        {"document.write(decodeURIComponent('%3Cb%3E%E4%B8%AD'))", "<b>中", true},
        {"document.write(String.fromCharCode(60,0x62,62, 20013))", "<b>中", true},
        {"document.write('\\x3cb\\x3e\\u4e2d\\u{56fd}\\74')", "<b>中国<", true},
        {"document.write(atob('PGI+eDwvYj4='))", "<b>x</b>", true},
        {"document.write('>b<'.split('').reverse().join(''))", "<b>", true},
        {"var s = '<i>'; s2 = 1; document.write(s + 'x')", "<i>x", false},
        {"document.write('<a href=' + f(1, ')') + '>y</a>')", "<a href=>y</a>", false},
        {"eval(unescape('document.write%28%22%3Cu%3E%22%29'))", "<u>", true},
        {"eval('eval(\"document.write(\\'<u>\\')\")')", "<u>", true},
        {"document.getElementById('x').innerHTML = '<p>y</p>'", "<p>y</p>", false},
        {"document.write(`<s>${a + {b:1}.b}</s>`)", "<s></s>", false},
        {"/* document.write('no') */ // document.write('no')\n document.write('yes')",
         "yes", false},
        {"x = a / b; document.write('1'); y = /['\"]/.test(z)", "1", false},
        {"if (/\"/.test(a)) document.write('1')", "1", false},
        {"eval(function(p,a,c,k,e,d){e=function(c){return c};while(c--){}return p}"
         "('0.1(\"<2>\")',3,3,'document|write|b'.split('|'),0,{}))",
         "<b>", true},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct wx_script_facts *f = read_z(state, cases[i].code);

        if (f->n_writes != 1)
            fail_msg("%zu writes in '%s'", f->n_writes, cases[i].code);
        assert_str(f->writes[0].html, cases[i].html);
        assert_int_equal(f->writes[0].is_encoded, cases[i].is_encoded);
    }
}

static void write__of_what_is_unknown_is_none(void **state)
{
    assert_int_equal(
        read_z(state, "document.write(x); d.write('y'); write('z')")->n_writes, 0);
}

static void redirect__knows_its_condition(void **state)
{
    struct wx_script_facts *f = read_z(
        state,
        "if(document.referrer.indexOf('baidu')>0) window.location.href='//x.cn/a';");

    assert_int_equal(f->n_redirects, 1);
    assert_str(f->redirects[0].target, "//x.cn/a");
    assert_true(f->redirects[0].on_referrer);
    assert_false(f->redirects[0].on_user_agent);
    f = read_z(state, "var u=navigator.userAgent; "
                      "if(/spider/.test(u)){location.replace('http://y.cn')}");
    assert_int_equal(f->n_redirects, 1);
    assert_true(f->redirects[0].on_user_agent);
}

static void redirect__forms_are_told_from_look_alikes(void **state)
{
    static const struct {
        const char *code;
        size_t n;
    } cases[] = {
        {"location='/a'", 1},
        {"top.location = \"/a\"", 1},
        {"self.location.assign('/a')", 1},
        {"document.location.href='/a'", 1},
        {"window.open('http://x.cn')", 1},
        {"if (location == '/a') x()", 0},
        {"if (location.href == '/a') x()", 0},
        {"var location = '/a'", 0},
        {"map.location = '/a'", 0},
        {"x = location.href + '/a'", 0},
        {"location.href = u", 0},
        {"eval(\"location='/a'\")", 1},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (read_z(state, cases[i].code)->n_redirects != cases[i].n)
            fail_msg("'%s' gives %zu", cases[i].code,
                     read_z(state, cases[i].code)->n_redirects);
}

static void urls__are_taken_from_literals(void **state)
{
    struct wx_script_facts *f =
        read_z(state, "var a='http://x.cn/1', b=\"//hm.baidu.com/h.js\", c='<img "
                      "src=\"https://y.cn/2\">',"
                      "d='a // b', e='\\x68ttp://z.cn'; // http://no.cn\n"
                      "document.write(unescape('%68ttp://w.cn/%61'))");

    assert_int_equal(f->n_urls, 5);
    assert_str(f->urls[0], "http://x.cn/1");
    assert_str(f->urls[1], "//hm.baidu.com/h.js");
    assert_str(f->urls[2], "https://y.cn/2");
    assert_str(f->urls[3], "http://z.cn");
    assert_str(f->urls[4], "http://w.cn/a");
}

static void decoded__holds_what_needed_decoding(void **state)
{
    struct wx_script_facts *f =
        read_z(state, "a='plain'; b='\\u535a\\u5f69'; c=unescape('%u8d4c');");

    assert_str(f->decoded, "博彩\n赌\n");
    assert_int_equal(f->n_escapes, 3);
}

static void packing__is_noticed(void **state)
{
    assert_true(read_z(state, "eval(function(p,a,c,k,e,d){}('',1,1,''.split('|')))")
                    ->is_packed);
    assert_true(read_z(state,
                       "var _0x12ab=1,_0x12ac=_0x12ab+_0x12ab+_0x12ab+_0x12ab+_0x12ab+"
                       "_0x12ab+_0x12ab+_0x12ab+_0x12ab")
                    ->is_packed);
    assert_false(read_z(state, "var a = 1; function f() { return a; }")->is_packed);
    assert_int_equal(read_z(state, "eval(x); new Function('y'); evalx(1)")->n_eval, 2);
}

static void hidden_ids__by_style_and_jquery(void **state)
{
    struct wx_script_facts *f = read_z(
        state, "document.getElementById('a').style.display='none';"
               "$('#b').hide(); $(\"#c\").css('display', 'none');"
               "document.getElementById('d').style.cssText='display:none';"
               "$('.e').hide(); function g(){ $('#h').hide() } $('#i').hide(200)");

    assert_int_equal(f->n_hidden_ids, 4);
    assert_str(f->hidden_ids[3], "d");
}

static void hostile__scripts_stay_bounded(void **state)
{
    static const char *const units[] = {
        "document.write(f(",
        "unescape(",
        "eval('",
        "a='x'+a;",
        "eval(function(p,a,c,k,",
        "s='xxxxxxxx';eval(s);",
        "((((",
        "`${",
        "'",
        "/",
        "document.write(s);",
        "'a'+",
        "\\",
        "{",
        "function(",
        "$('#a').hide();",
        "location=s+s;",
        "'//a.b'+",
        "/*",
        "String.fromCharCode(1,",
    };

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        size_t n = strlen(units[i]), times = (512u << 10) / n;
        char *text = wx_arena_alloc(*state, n * times);
        struct wx_script_facts *f;

        for (size_t k = 0; k < times; k++)
            memcpy(text + k * n, units[i], n);
        f = wx_script_read(*state, (struct wx_str){text, n * times});
        assert_true(f->n_writes <= WX_MAX_SCRIPT_PARTS);
        assert_true(f->decoded.len <= WX_MAX_SCRIPT_DECODED_BYTES);
        wx_arena_reset(*state);
    }
}

#define SCRIPT_TEST(f) cmocka_unit_test_setup_teardown(f, arena_setup, arena_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCRIPT_TEST(write__is_decoded),
        SCRIPT_TEST(write__of_what_is_unknown_is_none),
        SCRIPT_TEST(redirect__knows_its_condition),
        SCRIPT_TEST(redirect__forms_are_told_from_look_alikes),
        SCRIPT_TEST(urls__are_taken_from_literals),
        SCRIPT_TEST(decoded__holds_what_needed_decoding),
        SCRIPT_TEST(packing__is_noticed),
        SCRIPT_TEST(hidden_ids__by_style_and_jquery),
        SCRIPT_TEST(hostile__scripts_stay_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
