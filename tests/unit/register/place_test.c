/* Countries of addresses, from a database this test builds byte by byte (the format:
 * MaxMind DB File Format Specification 2.0). */
#include "register/contradiction.h"
#include "store/office_register.h"
#include "world.h"

enum { MAX_NODES = 200, NONE = -1 };

struct tree {
    int at[MAX_NODES][2]; /* node, NONE, or -2 - offset of the data */
    int n;
};

static void insert(struct tree *t, uint32_t address, int n_bits, int data_offset)
{
    int node = 0;

    for (int i = 0; i < n_bits; i++) {
        int bit = (int)(address >> (31 - i) & 1);

        if (i == n_bits - 1) {
            t->at[node][bit] = -2 - data_offset;
        } else {
            if (t->at[node][bit] < 0) {
                assert_true(t->n < MAX_NODES);
                t->at[t->n][0] = t->at[t->n][1] = NONE;
                t->at[node][bit] = t->n++;
            }
            node = t->at[node][bit];
        }
    }
}

static void put_text(struct wx_buf *out, const char *z)
{
    (void)wx_buf_addc(out, (char)(0x40 | strlen(z)));
    (void)wx_buf_addz(out, z);
}

static void put_number(struct wx_buf *out, const char *key, int control, uint32_t v,
                       int n_bytes)
{
    put_text(out, key);
    (void)wx_buf_addc(out, (char)(control | n_bytes));
    for (int i = n_bytes - 1; i >= 0; i--)
        (void)wx_buf_addc(out, (char)(v >> (8 * i)));
}

static void put_metadata(struct wx_buf *out, int n_nodes)
{
    (void)wx_buf_addz(out, "\xAB\xCD\xEFMaxMind.com");
    (void)wx_buf_addc(out, (char)(0xE0 | 9));
    put_number(out, "binary_format_major_version", 0xA0, 2, 2);
    put_number(out, "binary_format_minor_version", 0xA0, 0, 2);
    put_text(out, "build_epoch"); /* uint64: extended type 9 */
    (void)wx_buf_addc(out, 1);
    (void)wx_buf_addc(out, 2);
    (void)wx_buf_addc(out, 1);
    put_text(out, "database_type");
    put_text(out, "Test-Country");
    put_text(out, "description");
    (void)wx_buf_addc(out, (char)0xE0);
    put_number(out, "ip_version", 0xA0, 4, 2);
    put_text(out, "languages"); /* array: extended type 11 */
    (void)wx_buf_addc(out, 0);
    (void)wx_buf_addc(out, 4);
    put_number(out, "node_count", 0xC0, (uint32_t)n_nodes, 4);
    put_number(out, "record_size", 0xA0, 24, 2);
}

/* 203.0.113.0/24 is CN (flat), 198.51.100.0/24 is US (nested), 192.0.2.0/24 nonsense.
 */
static void build(const char *path)
{
    struct wx_buf data = WX_BUF_INIT(4096), out = WX_BUF_INIT(65536);
    struct tree t = {.at = {{NONE, NONE}}, .n = 1};
    FILE *file;

    (void)wx_buf_addc(&data, (char)0xE1);
    put_text(&data, "country_code");
    put_text(&data, "CN");
    insert(&t, 0xCB007100, 24, 0);
    insert(&t, 0xC6336400, 24, (int)data.len);
    (void)wx_buf_addc(&data, (char)0xE1);
    put_text(&data, "country");
    (void)wx_buf_addc(&data, (char)0xE1);
    put_text(&data, "iso_code");
    put_text(&data, "US");
    insert(&t, 0xC0000200, 24, (int)data.len);
    (void)wx_buf_addc(&data, (char)0xE1);
    put_text(&data, "country_code");
    put_text(&data, "CHINA");
    for (int i = 0; i < t.n; i++)
        for (int side = 0; side < 2; side++) {
            int v = t.at[i][side];

            v = v == NONE ? t.n : v < 0 ? t.n + 16 + (-2 - v) : v;
            for (int shift = 16; shift >= 0; shift -= 8)
                (void)wx_buf_addc(&out, (char)(v >> shift));
        }
    for (int i = 0; i < 16; i++)
        (void)wx_buf_addc(&out, 0);
    (void)wx_buf_adds(&out, wx_buf_str(&data));
    put_metadata(&out, t.n);
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(out.ptr, 1, out.len, file), out.len);
    fclose(file);
    wx_buf_clear(&data);
    wx_buf_clear(&out);
}

static struct wx_places *open_built(void)
{
    char path[] = "/tmp/wx-places-XXXXXX";
    struct wx_places *places = NULL;
    struct wx_err err = {0};
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    close(fd);
    build(path);
    if (wx_places_open(path, &places, &err))
        fail_msg("%s", err.text);
    unlink(path);
    return places;
}

static void country__both_layouts_are_read(void **state)
{
    struct wx_places *places = open_built();
    char country[3];

    (void)state;
    assert_true(wx_places_country(places, WX_STR("203.0.113.7"), country));
    assert_string_equal(country, "CN");
    assert_true(wx_places_country(places, WX_STR("198.51.100.255"), country));
    assert_string_equal(country, "US");
    wx_places_close(places);
}

static void country__unknown_is_said_and_nothing_guessed(void **state)
{
    static const char *const unknown[] = {"203.0.114.1", "127.0.0.1",      "192.0.2.1",
                                          "2001:db8::1", "not an address", ""};
    struct wx_places *places = open_built();
    char country[3];

    (void)state;
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        assert_false(wx_places_country(places, wx_str_of(unknown[i]), country));
    assert_false(wx_places_country(NULL, WX_STR("203.0.113.7"), country));
    wx_places_close(places);
    wx_places_close(NULL);
}

static void open__what_is_no_database_is_refused(void **state)
{
    struct wx_places *places = NULL;
    struct wx_err err;

    (void)state;
    assert_int_equal(wx_places_open("/nowhere/at/all.mmdb", &places, &err),
                     WX_E_NOT_FOUND);
    assert_int_equal(wx_places_open("/etc/hostname", &places, &err), WX_E_INVALID);
    assert_null(places);
}

/* ---- and in the judgement ---- */

static const struct wx_measured_check *judge(struct wx_arena *arena,
                                             const struct wx_places *places,
                                             const char *site_json, const char *address)
{
    static struct wx_measured_check checks[WX_MAX_MEASURED_CHECKS];
    struct wx_unit_facts unit = {.has_duties = -1};
    json_t *site = json_loads(site_json, 0, NULL);
    json_t *facts = json_pack("{s:{s:s, s:s}}", "home", "url", "https://x.gov.cn/",
                              "address", address);
    struct wx_reported reported = {site, &unit};
    struct wx_measure measure = {
        .status = WX_SITE_INSPECTED, .places = places, .now_s = NOW_S};
    size_t n = wx_contradiction_judge(arena, &reported, facts, &measure, checks);
    const struct wx_measured_check *found = NULL;

    for (size_t i = 0; i < n; i++)
        if (strcmp(checks[i].field, "is_domestic") == 0)
            found = &checks[i];
    json_decref(site);
    json_decref(facts);
    assert_non_null(found);
    return found;
}

static void domestic__abroad_is_told_even_when_nothing_was_stated(void **state)
{
    struct wx_places *places = open_built();
    struct wx_arena arena;
    const struct wx_measured_check *c;

    (void)state;
    wx_arena_init(&arena);
    c = judge(&arena, places, "{\"is_domestic\":true}", "198.51.100.1:443");
    assert_int_equal(c->verdict, WX_MEASURED_DIFFERS);
    assert_string_equal(c->why, "abroad");
    assert_true(wx_str_eqz(c->measured, "US"));
    c = judge(&arena, places, "{}", "198.51.100.1:443");
    assert_int_equal(c->verdict, WX_MEASURED_DIFFERS);
    c = judge(&arena, places, "{\"is_domestic\":true}", "203.0.113.7:443");
    assert_int_equal(c->verdict, WX_MEASURED_AGREES);
    c = judge(&arena, places, "{\"is_domestic\":false}", "203.0.113.7:443");
    assert_string_equal(c->why, "at_home");
    c = judge(&arena, places, "{}", "203.0.113.7:443");
    assert_int_equal(c->verdict, WX_MEASURED_NOT_STATED);
    c = judge(&arena, places, "{\"is_domestic\":true}", "127.0.0.1:443");
    assert_int_equal(c->verdict, WX_MEASURED_UNKNOWN);
    assert_string_equal(c->why, "address_not_listed");
    wx_places_close(places);
    wx_arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(country__both_layouts_are_read),
        cmocka_unit_test(country__unknown_is_said_and_nothing_guessed),
        cmocka_unit_test(open__what_is_no_database_is_refused),
        cmocka_unit_test(domestic__abroad_is_told_even_when_nothing_was_stated),
    };

    (void)set_up;
    (void)tear_down;
    return cmocka_run_group_tests_name("place", tests, NULL, NULL);
}
