/*
 * Evidence: bytes that an inspected site sent us. They may be hostile, so they leave as
 * inert as can be: plain text or a proven picture, as a download, under the sandboxing
 * policy that every answer of the API has. Who may see a piece is decided by the
 * findings that rest on it.
 */
#include "api/finding.h"
#include "api/handlers.h"
#include "base/limits.h"
#include "detect/detect.h"
#include "store/store.h"
#include <stdio.h>
#include <stdlib.h>

enum {
    MAX_EVIDENCE_BYTES = 16 << 20, /* of a body; the ceiling of a fetch is below */
    AROUND_BYTES = 2000,           /* of text shown on either side of what was found */
    MAX_MARKS = 20,
    MIN_MARK_BYTES = 6,
};

enum wx_status wx_find_evidence(struct wx_call *call, struct wx_err *err)
{
    struct wx_finding_evidence found = {0};
    struct wx_sha256 hash;
    enum wx_status status;

    if (!wx_unhex(call->path_text[0], hash.bytes, sizeof hash.bytes))
        return wx_fail(err, WX_E_NOT_FOUND, "evidence is named by 64 hex digits");
    status = wx_finding_evidence_find(call->tx, &hash, &found, err);
    if (status)
        return status;
    call->object = (struct wx_object){
        .exists = true, .unit_id = found.unit_id, .parts = (uint32_t)found.parts};
    call->object_id = found.finding_id;
    wx_call_audit(call, "finding", found.finding_id, found.unit_id);
    call->audit_detail = wx_arena_printf(&call->arena, "{\"evidence\":\"%.*s\"}",
                                         WX_STR_ARG(call->path_text[0]));
    return WX_OK;
}

static enum wx_status open_round(struct wx_call *call, int64_t round_id,
                                 struct wx_store **out, struct wx_err *err)
{
    char dir[4096];

    snprintf(dir, sizeof dir, "%s/rounds/%lld", wx_office_dir(wx_call_office(call)),
             (long long)round_id);
    return wx_store_open(dir, WX_STORE_READ, out, err);
}

/* The bytes, compared with their name. */
static enum wx_status load(struct wx_call *call, const struct wx_sha256 *hash,
                           int64_t round_id, struct wx_buf *out, struct wx_err *err)
{
    struct wx_store *store = NULL;
    enum wx_status status = open_round(call, round_id, &store, err);

    if (!status)
        status = wx_store_get_evidence(store, hash, out, err);
    wx_store_close(store);
    return status;
}

/* ---- what it is ---- */

struct shape {
    const char *kind, *type, *extension;
};

static bool begins(struct wx_str s, const char *magic, size_t n)
{
    return s.len >= n && memcmp(s.ptr, magic, n) == 0;
}

/* A picture only when its first bytes prove it; SVG is a document, never a picture. */
static struct shape shape_of(struct wx_str bytes)
{
    if (begins(bytes, "\x89PNG\r\n\x1a\n", 8))
        return (struct shape){"image", "image/png", "png"};
    if (begins(bytes, "\xff\xd8\xff", 3))
        return (struct shape){"image", "image/jpeg", "jpg"};
    if (begins(bytes, "GIF87a", 6) || begins(bytes, "GIF89a", 6))
        return (struct shape){"image", "image/gif", "gif"};
    if (begins(bytes, "RIFF", 4) && bytes.len > 12 &&
        memcmp(bytes.ptr + 8, "WEBP", 4) == 0)
        return (struct shape){"image", "image/webp", "webp"};
    if (wx_utf8_is_valid(bytes) && wx_str_chr(bytes, '\0') == WX_NPOS)
        return (struct shape){"text", "text/plain; charset=utf-8", "txt"};
    return (struct shape){"binary", "application/octet-stream", "bin"};
}

/* ---- lists ---- */

struct listing {
    struct wx_call *call;
    struct wx_json *j;
    struct wx_store *store; /* of store_round */
    int64_t store_round;
};

static bool list_one(void *ctx, const struct wx_sha256 *hash, int64_t round_id)
{
    struct listing *l = ctx;
    struct wx_buf bytes = WX_BUF_INIT(MAX_EVIDENCE_BYTES);
    char hex[65];
    bool is_there;

    if (l->store_round != round_id) {
        wx_store_close(l->store);
        l->store = NULL;
        l->store_round = round_id;
        if (open_round(l->call, round_id, &l->store, NULL))
            l->store = NULL;
    }
    is_there = l->store && wx_store_get_evidence(l->store, hash, &bytes, NULL) == WX_OK;
    wx_hex(hash->bytes, sizeof hash->bytes, hex);
    wx_json_open(l->j, '{');
    wx_json_kz(l->j, "sha256", hex);
    wx_json_kint(l->j, "round_id", round_id);
    wx_json_kbool(l->j, "available", is_there);
    wx_json_kz(l->j, "kind", is_there ? shape_of(wx_buf_str(&bytes)).kind : "missing");
    wx_json_kint(l->j, "bytes", is_there ? (int64_t)bytes.len : 0);
    wx_json_close(l->j, '}');
    wx_buf_clear(&bytes);
    return true;
}

enum wx_status wx_evidence_list(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct listing l = {.call = call, .j = &j};
    enum wx_status status;

    wx_json_open(&j, '{');
    wx_json_key(&j, "items");
    wx_json_open(&j, '[');
    status = wx_finding_evidence_each(call->tx, call->object_id, list_one, &l, err);
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
    wx_store_close(l.store);
    return status;
}

/* ---- the part that shows what was found ---- */

/* What to look for: the excerpt as it stands, its longest line, or the key. */
static struct wx_str longest_line(struct wx_str s)
{
    struct wx_str best = WX_STR("");

    while (s.len) {
        struct wx_str line = wx_str_trim(wx_str_cut(&s, '\n'));

        if (line.len > best.len)
            best = line;
    }
    return best;
}

static struct wx_str what_to_mark(struct wx_str text, const struct wx_finding_text *f)
{
    const struct wx_str tries[] = {f->excerpt, longest_line(f->excerpt), f->key};

    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++)
        if (tries[i].len >= MIN_MARK_BYTES && wx_str_find(text, tries[i], 0) != WX_NPOS)
            return tries[i];
    return WX_STR("");
}

/* Text around the first place, in pieces; secrets masked as in excerpts. */
static void put_pieces(struct wx_call *call, struct wx_str text, struct wx_str mark,
                       struct wx_json *j)
{
    size_t first = mark.len ? wx_str_find(text, mark, 0) : 0;
    size_t from = first > AROUND_BYTES ? first - AROUND_BYTES : 0;
    size_t to = first + mark.len + AROUND_BYTES < text.len
                    ? first + mark.len + AROUND_BYTES
                    : text.len;
    size_t at, n = 0;
    struct wx_str part;

    while (from > 0 && from < text.len &&
           ((unsigned char)text.ptr[from] & 0xC0) == 0x80)
        from--;
    part = wx_mask(&call->arena,
                   wx_utf8_clip(wx_str_sub(text, from, text.len), to - from));
    wx_json_kbool(j, "cut_before", from > 0);
    wx_json_kbool(j, "cut_after", from + part.len < text.len);
    wx_json_kint(j, "offset", (int64_t)from);
    wx_json_key(j, "pieces");
    wx_json_open(j, '[');
    for (at = 0; at < part.len;) {
        size_t hit = mark.len && n < MAX_MARKS ? wx_str_find(part, mark, at) : WX_NPOS;
        struct wx_str plain = wx_str_sub(part, at, hit);

        if (plain.len) {
            wx_json_open(j, '{');
            wx_json_kstr(j, "text", plain);
            wx_json_kbool(j, "mark", false);
            wx_json_close(j, '}');
        }
        if (hit == WX_NPOS)
            break;
        wx_json_open(j, '{');
        wx_json_kstr(j, "text", wx_str_sub(part, hit, hit + mark.len));
        wx_json_kbool(j, "mark", true);
        wx_json_close(j, '}');
        at = hit + mark.len;
        n++;
    }
    wx_json_close(j, ']');
}

/* The piece that the path names; it was found for the finder already. */
static enum wx_status load_named(struct wx_call *call, struct wx_buf *out,
                                 struct wx_err *err)
{
    struct wx_finding_evidence found = {0};
    struct wx_sha256 hash;
    enum wx_status status;

    if (!wx_unhex(call->path_text[0], hash.bytes, sizeof hash.bytes))
        return wx_fail(err, WX_E_NOT_FOUND, "evidence is named by 64 hex digits");
    status = wx_finding_evidence_find(call->tx, &hash, &found, err);
    return status ? status : load(call, &hash, found.round_id, out, err);
}

enum wx_status wx_evidence_excerpt(struct wx_call *call, struct wx_err *err)
{
    struct wx_buf bytes = WX_BUF_INIT(MAX_EVIDENCE_BYTES);
    struct wx_finding_text text = {0};
    struct shape shape;
    struct wx_json j;
    enum wx_status status = load_named(call, &bytes, err);

    if (!status)
        status =
            wx_finding_text_read(call->tx, &call->arena, call->object_id, &text, err);
    if (!status) {
        shape = shape_of(wx_buf_str(&bytes));
        j = wx_call_json(call);
        wx_json_open(&j, '{');
        wx_json_kz(&j, "kind", shape.kind);
        wx_json_kint(&j, "bytes", (int64_t)bytes.len);
        if (strcmp(shape.kind, "image") != 0)
            put_pieces(call, wx_buf_str(&bytes),
                       what_to_mark(wx_buf_str(&bytes), &text), &j);
        wx_json_close(&j, '}');
        wx_call_header(call, "Cache-Control", WX_STR("no-store"));
    }
    wx_buf_clear(&bytes);
    return status;
}

enum wx_status wx_evidence_read(struct wx_call *call, struct wx_err *err)
{
    struct wx_buf bytes = WX_BUF_INIT(MAX_EVIDENCE_BYTES);
    struct shape shape;
    enum wx_status status = load_named(call, &bytes, err);

    if (!status) {
        shape = shape_of(wx_buf_str(&bytes));
        wx_buf_reset(&call->out);
        (void)wx_buf_adds(&call->out, wx_buf_str(&bytes));
        call->out_type = shape.type;
        wx_call_header(call, "Content-Disposition",
                       wx_arena_printf(&call->arena,
                                       "attachment; filename=\"evidence-%.16s.%s\"",
                                       call->path_text[0].ptr, shape.extension));
        wx_call_header(call, "Cache-Control", WX_STR("no-store"));
    }
    wx_buf_clear(&bytes);
    return status;
}
