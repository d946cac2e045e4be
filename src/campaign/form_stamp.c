/* The hidden sheet of a form's workbook. */
#include "campaign/form_take.h"

#include <openssl/crypto.h>

static const char *const words[WX_STAMP_LINES] = {"wangxun-form", "form",   "version",
                                                  "form_id",      "duty",   "rev",
                                                  "lang",         "layout", "seal"};

static struct wx_str hex_of(struct wx_arena *arena, const struct wx_sha256 *sum)
{
    char *hex = wx_arena_alloc(arena, 2 * sizeof sum->bytes + 1);

    wx_hex(sum->bytes, sizeof sum->bytes, hex);
    return wx_str_of(hex);
}

const char *wx_book_stamp_line(struct wx_arena *arena,
                               const struct wx_book_stamp *stamp, int i,
                               struct wx_str *value)
{
    const int64_t numbers[] = {
        0, 0, stamp->version, stamp->form_id, stamp->duty_id, stamp->sheet_rev};

    switch (i) {
    case 0:
        *value = WX_STR("1");
        break;
    case 1:
        *value = stamp->form;
        break;
    case 6:
        *value = stamp->lang == WX_EN ? WX_STR("en") : WX_STR("zh");
        break;
    case 7:
        *value = hex_of(arena, &stamp->layout);
        break;
    case 8:
        *value = hex_of(arena, &stamp->seal);
        break;
    default:
        *value = wx_arena_printf(arena, "%lld", (long long)numbers[i]);
    }
    return words[i];
}

struct wx_sha256 wx_book_stamp_seal(struct wx_arena *arena,
                                    const struct wx_book_stamp *stamp,
                                    struct wx_str key)
{
    struct wx_buf text = WX_BUF_INIT(4096);
    struct wx_sha256 own, seal;
    struct wx_str value;

    for (int i = 0; i < WX_STAMP_LINES - 1; i++) {
        const char *word = wx_book_stamp_line(arena, stamp, i, &value);

        (void)wx_buf_printf(&text, "%s=" WX_STR_FMT "\n", word, WX_STR_ARG(value));
    }
    /* a key of its own: what this seals is never what the office's key seals elsewhere
     */
    own = wx_hmac_sha256(key, WX_STR("wangxun form workbook 1"));
    seal = wx_hmac_sha256((struct wx_str){(const char *)own.bytes, sizeof own.bytes},
                          wx_buf_str(&text));
    wx_buf_clear(&text);
    return seal;
}

static bool read_number(struct wx_str text, int64_t *out)
{
    uint64_t n;

    if (!wx_str_to_u64(text, INT64_MAX, &n))
        return false;
    *out = (int64_t)n;
    return true;
}

static bool read_stamp(const struct wx_str *values, struct wx_book_stamp *out)
{
    out->form = values[1];
    out->lang = wx_str_eqz(values[6], "en") ? WX_EN : WX_ZH;
    return (out->lang == WX_EN || wx_str_eqz(values[6], "zh")) &&
           wx_str_eqz(values[0], "1") && values[1].len <= 200 &&
           read_number(values[2], &out->version) &&
           read_number(values[3], &out->form_id) &&
           read_number(values[4], &out->duty_id) &&
           read_number(values[5], &out->sheet_rev) &&
           wx_unhex(values[7], out->layout.bytes, sizeof out->layout.bytes) &&
           wx_unhex(values[8], out->seal.bytes, sizeof out->seal.bytes);
}

enum wx_status wx_book_stamp_read(struct wx_arena *arena,
                                  const struct wx_book_row *rows, size_t n,
                                  struct wx_str key, enum wx_lang lang,
                                  struct wx_book_stamp *out, struct wx_err *err)
{
    struct wx_str values[WX_STAMP_LINES] = {{NULL, 0}};
    struct wx_sha256 seal;
    bool is_there = false;

    *out = (struct wx_book_stamp){0};
    for (size_t i = 0; i < n; i++) {
        if (!wx_str_eqz(rows[i].sheet, WX_BOOK_STAMP))
            continue;
        is_there = true;
        if (rows[i].row < WX_STAMP_LINES && rows[i].n_cells == 2 &&
            wx_str_eqz(rows[i].cells[0], words[rows[i].row]))
            values[rows[i].row] = rows[i].cells[1];
    }
    if (!is_there)
        return wx_fail(err, WX_E_NOT_FOUND, wx_text(lang, WX_T_BOOK_NOT_OURS),
                       WX_BOOK_STAMP);
    if (read_stamp(values, out)) {
        seal = wx_book_stamp_seal(arena, out, key);
        if (CRYPTO_memcmp(seal.bytes, out->seal.bytes, sizeof seal.bytes) == 0)
            return WX_OK;
    }
    return wx_fail(err, WX_E_INVALID, wx_text(lang, WX_T_BOOK_FORGED), WX_BOOK_STAMP);
}
