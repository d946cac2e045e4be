#include "wire/http.h"

#include "base/limits.h"
#include "model/observation.h"
#include "wire/percent.h"

enum {
    MAX_EXTENSION_BYTES = 1024, /* of one chunk; nobody uses them */
    MAX_TRAILER_BYTES = 8 << 10,
    MAX_SLOP_BYTES =
        4, /* line ends before a status line, left over by sloppy servers */
};

/* Where in a chunked body we stand (RFC 9112, 7.1). */
enum chunk_state {
    CHUNK_SIZE,
    CHUNK_EXTENSION,
    CHUNK_DATA,
    CHUNK_DATA_END,
    CHUNK_TRAILER,
};

void wx_http_reader_init(struct wx_http_reader *r, bool is_head, size_t max_body_bytes)
{
    *r = (struct wx_http_reader){
        .header = WX_BUF_INIT(WX_MAX_HEADER_BYTES),
        .body = WX_BUF_INIT(max_body_bytes),
        .is_head = is_head,
    };
}

void wx_http_reader_reset(struct wx_http_reader *r, bool is_head)
{
    struct wx_buf header = r->header, body = r->body;

    wx_buf_reset(&header);
    wx_buf_reset(&body);
    *r = (struct wx_http_reader){.header = header, .body = body, .is_head = is_head};
}

void wx_http_reader_clear(struct wx_http_reader *r)
{
    wx_buf_clear(&r->header);
    wx_buf_clear(&r->body);
}

static void reader_end(struct wx_http_reader *r, enum wx_http_state state,
                       const char *why)
{
    r->state = state;
    if (why) {
        r->why = why;
        r->can_reuse = false;
    }
}

static void reader_bad(struct wx_http_reader *r, const char *why)
{
    reader_end(r, WX_HTTP_BAD, why);
}

/* --- header section --------------------------------------------------------------- */

/* "HTTP/1.1 200 OK"; the reason may be missing, the version must be 1.x. */
static bool status_line_read(struct wx_http_reader *r, bool *is_old)
{
    struct wx_str line = wx_buf_str(&r->header);
    size_t i = 8;

    line.len = wx_str_chr(line, '\n');
    if (line.len < 12 || !wx_str_istarts(line, "HTTP/1."))
        return false;
    *is_old = line.ptr[7] == '0';
    if (line.ptr[7] < '0' || line.ptr[7] > '9' || line.ptr[i] != ' ')
        return false;
    while (i < line.len && line.ptr[i] == ' ')
        i++;
    if (i + 3 > line.len)
        return false;
    r->status = 0;
    for (size_t end = i + 3; i < end; i++) {
        if (line.ptr[i] < '0' || line.ptr[i] > '9')
            return false;
        r->status = (uint16_t)(r->status * 10 + (line.ptr[i] - '0'));
    }
    if (i < line.len && line.ptr[i] != ' ' && line.ptr[i] != '\r')
        return false;
    return r->status >= 100;
}

/* Next element of a comma-separated list; false at its end. */
static bool list_next(struct wx_str *list, struct wx_str *item)
{
    while (list->len) {
        *item = wx_str_trim(wx_str_cut(list, ','));
        if (item->len)
            return true;
    }
    return false;
}

/* One Content-Length field. Equal repetitions are harmless; different ones mean that
 * two readers would see two different answers. */
static bool content_length_read(struct wx_http_reader *r, struct wx_str value)
{
    struct wx_str item;
    uint64_t n;

    while (list_next(&value, &item)) {
        if (!wx_str_to_u64(item, INT64_MAX, &n)) {
            r->is_length_wrong = true;
            r->why = "Content-Length is not a number";
            continue;
        }
        if (r->has_length && n != r->length_bytes) {
            r->is_length_wrong = true;
            reader_bad(r, "several different Content-Length");
            return false;
        }
        r->has_length = true;
        r->length_bytes = n;
    }
    return true;
}

struct transfer {
    unsigned n_chunked, n_other;
    bool is_last_chunked;
    bool wants_close, wants_keep;
};

static void transfer_read(struct transfer *t, struct wx_str value)
{
    struct wx_str item;

    while (list_next(&value, &item)) {
        if (wx_str_ieqz(item, "identity"))
            continue;
        t->is_last_chunked = wx_str_ieqz(item, "chunked");
        if (t->is_last_chunked)
            t->n_chunked++;
        else
            t->n_other++;
    }
}

static void connection_read(struct transfer *t, struct wx_str value)
{
    struct wx_str item;

    while (list_next(&value, &item)) {
        t->wants_close |= wx_str_ieqz(item, "close");
        t->wants_keep |= wx_str_ieqz(item, "keep-alive");
    }
}

static bool fields_read(struct wx_http_reader *r, struct transfer *t)
{
    struct wx_str headers = wx_buf_str(&r->header), name, value;
    size_t pos = 0;

    while (wx_headers_next(headers, &pos, &name, &value)) {
        if (wx_str_ieqz(name, "content-length")) {
            if (!content_length_read(r, value))
                return false;
        } else if (wx_str_ieqz(name, "transfer-encoding")) {
            transfer_read(t, value);
        } else if (wx_str_ieqz(name, "connection")) {
            connection_read(t, value);
        }
    }
    return true;
}

/* How long the body is (RFC 9112, 6.3), and whether the connection outlives it. */
static void framing_read(struct wx_http_reader *r, bool is_old)
{
    struct transfer t = {0};

    r->has_length = false;
    if (!fields_read(r, &t))
        return;
    r->can_reuse = is_old ? t.wants_keep && !t.wants_close : !t.wants_close;
    if (t.n_chunked > 1) {
        reader_bad(r, "Transfer-Encoding is chunked twice");
        return;
    }
    if (r->is_head || r->status == 204 || r->status == 304) {
        reader_end(r, WX_HTTP_DONE, NULL);
        return;
    }
    r->state = WX_HTTP_BODY;
    if (t.n_chunked + t.n_other && r->has_length) {
        /* browsers read on by the chunks; a middle box may have read by the length */
        r->is_length_wrong = true;
        r->has_length = false;
        r->why = "both Transfer-Encoding and Content-Length";
    }
    if (t.n_other)
        r->why = "transfer coding other than chunked";
    r->can_reuse = r->can_reuse && !r->why && !(is_old && t.n_chunked);
    r->is_chunked = t.is_last_chunked;
    r->left_bytes = r->has_length ? r->length_bytes : 0;
    r->is_until_close = !r->is_chunked && !r->has_length;
    if (r->is_until_close)
        r->can_reuse = false;
    else if (r->has_length && !r->left_bytes)
        reader_end(r, WX_HTTP_DONE, NULL);
}

/* A blank line ended the section: interim answers are dropped, a final one is read. */
static void header_complete(struct wx_http_reader *r)
{
    bool is_old = false;

    r->line_bytes = 0;
    r->left_bytes = 0;
    if (!status_line_read(r, &is_old)) {
        reader_bad(r, "status line is malformed");
        return;
    }
    if (r->status == 101) {
        reader_bad(r, "switched protocols unasked");
        return;
    }
    if (r->status >= 200) {
        framing_read(r, is_old);
        return;
    }
    if (++r->n_interim > WX_MAX_INTERIM_RESPONSES) {
        reader_bad(r, "endless interim answers");
        return;
    }
    wx_buf_reset(&r->header);
    r->status = 0;
}

/* What came so far can still become "HTTP/1."; HTTP/0.9 and other protocols cannot. */
static bool header_may_be_http(const struct wx_http_reader *r)
{
    struct wx_str start = wx_str_sub(wx_buf_str(&r->header), 0, 7);

    return wx_str_ieq(start, wx_str_sub(WX_STR("HTTP/1."), 0, start.len));
}

/* Line ends before a status line are read over, a few of them. */
static void slop_take(struct wx_http_reader *r)
{
    if (++r->line_bytes > MAX_SLOP_BYTES)
        reader_bad(r, "not an HTTP answer");
}

/* One line, or the piece of it that came; IS_WHOLE: its LF is there. left_bytes counts
 * the lines, line_bytes the bytes of the open one. */
static void header_line(struct wx_http_reader *r, struct wx_str line, bool is_whole)
{
    bool is_blank;

    if (!r->header.len)
        r->line_bytes = 0;
    if (wx_buf_adds(&r->header, line) != WX_OK) {
        reader_end(r, WX_HTTP_TOO_BIG, "header section past its ceiling");
        return;
    }
    r->line_bytes += line.len;
    if (!header_may_be_http(r)) {
        reader_bad(r, "not an HTTP answer");
        return;
    }
    if (wx_str_chr(line, '\0') != WX_NPOS) {
        reader_bad(r, "NUL byte in the header section");
        return;
    }
    if (!is_whole)
        return;
    is_blank = r->line_bytes == 1 ||
               (r->line_bytes == 2 && r->header.ptr[r->header.len - 2] == '\r');
    r->line_bytes = 0;
    if (is_blank)
        header_complete(r);
    else if (++r->left_bytes > WX_MAX_HEADER_FIELDS + 1)
        reader_end(r, WX_HTTP_TOO_BIG, "too many header fields");
}

static size_t header_feed(struct wx_http_reader *r, struct wx_str bytes)
{
    size_t used = 0;

    while (used < bytes.len && r->state == WX_HTTP_HEADER) {
        struct wx_str rest = wx_str_sub(bytes, used, bytes.len);
        size_t end;

        if (!r->header.len && (rest.ptr[0] == '\r' || rest.ptr[0] == '\n')) {
            slop_take(r);
            used++;
            continue;
        }
        end = wx_str_chr(rest, '\n');
        if (end != WX_NPOS)
            rest.len = end + 1;
        used += rest.len;
        header_line(r, rest, end != WX_NPOS);
    }
    return used;
}

/* --- body ------------------------------------------------------------------------- */

/* Keep what fits; at the ceiling the answer is over for us. */
static size_t body_add(struct wx_http_reader *r, struct wx_str bytes)
{
    size_t room = r->body.max_bytes - r->body.len;

    if (bytes.len > room) {
        r->is_truncated = true;
        r->can_reuse = false;
        bytes.len = room;
    }
    (void)wx_buf_adds(&r->body, bytes); /* fits: it was cut to the room */
    if (r->is_truncated)
        r->state = WX_HTTP_DONE;
    return bytes.len;
}

static size_t length_feed(struct wx_http_reader *r, struct wx_str bytes)
{
    size_t used;

    if (bytes.len > r->left_bytes)
        bytes.len = (size_t)r->left_bytes;
    used = body_add(r, bytes);
    r->left_bytes -= used;
    if (!r->left_bytes)
        r->state = WX_HTTP_DONE;
    return used;
}

static void chunk_size_end(struct wx_http_reader *r)
{
    if (!r->line_bytes) {
        reader_bad(r, "chunk without a size");
        return;
    }
    r->line_bytes = 0;
    r->chunk_state = r->left_bytes ? CHUNK_DATA : CHUNK_TRAILER;
}

/* One byte of a chunk's size line: hex digits, then anything up to the line's end. */
static void chunk_size_byte(struct wx_http_reader *r, unsigned char c)
{
    int digit = wx_hex_digit(c);

    if (c == '\n') {
        chunk_size_end(r);
    } else if (r->chunk_state == CHUNK_EXTENSION) {
        if (++r->line_bytes > MAX_EXTENSION_BYTES)
            reader_bad(r, "chunk extension past its ceiling");
    } else if (digit >= 0) {
        if (r->left_bytes > (uint64_t)INT64_MAX >> 4 || r->line_bytes > 32)
            reader_bad(r, "chunk size is absurd");
        r->left_bytes = r->left_bytes << 4 | (unsigned)digit;
        r->line_bytes++;
    } else if (r->line_bytes && (c == ';' || c == ' ' || c == '\t' || c == '\r')) {
        r->chunk_state = CHUNK_EXTENSION;
    } else {
        reader_bad(r, "chunk size is not a number");
    }
}

/* The line end behind a chunk's data; a bare LF will do. */
static void chunk_data_end_byte(struct wx_http_reader *r, unsigned char c)
{
    if (c == '\n') {
        r->line_bytes = 0;
        r->chunk_state = CHUNK_SIZE;
    } else if (c != '\r' || ++r->line_bytes > 1) {
        reader_bad(r, "chunk is longer than its size");
    }
}

/* Trailer fields are read over. left_bytes counts them all, line_bytes the open line.
 */
static void chunk_trailer_byte(struct wx_http_reader *r, unsigned char c)
{
    if (++r->left_bytes > MAX_TRAILER_BYTES) {
        reader_bad(r, "trailer section past its ceiling");
    } else if (c == '\n') {
        if (!r->line_bytes)
            r->state = WX_HTTP_DONE;
        r->line_bytes = 0;
    } else if (c != '\r') {
        r->line_bytes++;
    }
}

static size_t chunked_feed(struct wx_http_reader *r, struct wx_str bytes)
{
    uint64_t ceiling = (uint64_t)r->body.max_bytes * 2 + WX_MAX_HEADER_BYTES;
    size_t used = 0;

    while (used < bytes.len && r->state == WX_HTTP_BODY) {
        unsigned char c = (unsigned char)bytes.ptr[used];

        if (r->chunk_state == CHUNK_DATA) {
            struct wx_str data = wx_str_sub(bytes, used, bytes.len);

            if (data.len > r->left_bytes)
                data.len = (size_t)r->left_bytes;
            data.len = body_add(r, data);
            used += data.len;
            r->left_bytes -= data.len;
            if (!r->left_bytes)
                r->chunk_state = CHUNK_DATA_END;
            continue;
        }
        used++;
        if (r->chunk_state == CHUNK_DATA_END)
            chunk_data_end_byte(r, c);
        else if (r->chunk_state == CHUNK_TRAILER)
            chunk_trailer_byte(r, c);
        else
            chunk_size_byte(r, c);
    }
    if (r->state == WX_HTTP_BODY && r->wire_bytes + used > ceiling) {
        r->is_truncated = true; /* tiny chunks, or megabytes of extensions */
        reader_end(r, WX_HTTP_DONE, "more framing than content");
    }
    return used;
}

size_t wx_http_reader_feed(struct wx_http_reader *r, struct wx_str bytes)
{
    size_t used = 0;

    while (used < bytes.len) {
        struct wx_str rest = wx_str_sub(bytes, used, bytes.len);
        size_t n;

        if (r->state == WX_HTTP_HEADER)
            n = header_feed(r, rest);
        else if (r->state != WX_HTTP_BODY)
            break;
        else if (r->is_chunked)
            n = chunked_feed(r, rest);
        else if (r->is_until_close)
            n = body_add(r, rest);
        else
            n = length_feed(r, rest);
        used += n;
        r->wire_bytes += n;
    }
    return used;
}

void wx_http_reader_close(struct wx_http_reader *r)
{
    r->can_reuse = false;
    if (r->state == WX_HTTP_HEADER) {
        reader_bad(r, r->header.len ? "closed within the header section"
                                    : "closed before an answer");
    } else if (r->state == WX_HTTP_BODY) {
        r->state = WX_HTTP_DONE;
        if (!r->is_until_close) {
            r->is_length_wrong = true;
            r->why = r->is_chunked ? "closed before the last chunk"
                                   : "closed before Content-Length was reached";
        }
    }
}
