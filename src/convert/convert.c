#define _GNU_SOURCE
#include "convert/convert.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/limits.h"
#include "bus/bus.h"
#include "jail/start.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    MEMORY_DEFAULT_BYTES = 256 << 20,
    CPU_DEFAULT_S = 10,
    WALL_DEFAULT_MS = 20000,
    /* of all messages: a table's cells, each with its length, or the items */
    MAX_ANSWER_BYTES = 2 * WX_MAX_REGISTER_BYTES,
};

static const struct {
    const char *name;
    size_t max_bytes;
} kinds[WX_CONVERT_KIND_COUNT] = {
#define X(NAME, word, max) {word, max},
#include "convert/kinds.def"
#undef X
};

const char *wx_convert_kind_name(enum wx_convert_kind kind)
{
    return (unsigned)kind < WX_CONVERT_KIND_COUNT ? kinds[kind].name : "";
}

bool wx_convert_kind_parse(struct wx_str name, enum wx_convert_kind *out)
{
    for (int i = 0; i < WX_CONVERT_KIND_COUNT; i++)
        if (wx_str_eqz(name, kinds[i].name)) {
            *out = (enum wx_convert_kind)i;
            return true;
        }
    return false;
}

size_t wx_convert_max_bytes(enum wx_convert_kind kind)
{
    return kinds[kind].max_bytes;
}

/* One child at work, as the parent sees it. */
struct reading {
    const struct wx_convert_job *job;
    struct wx_arena *arena;
    struct wx_convert_answer *out;
    struct wx_channel *channel;
    pid_t pid;
    int64_t until_ms;
    size_t cap; /* of the rows or items */
    uint64_t answer_bytes, n_cells;
    bool is_done;
};

/* ---- start ---- */

/* The upload as a file without a name, at its beginning. */
static int memfd_of(struct wx_str bytes, struct wx_err *err)
{
    int fd = memfd_create("upload", MFD_CLOEXEC);
    size_t done = 0;

    while (fd >= 0 && done < bytes.len) {
        ssize_t n = write(fd, bytes.ptr + done, bytes.len - done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            close(fd);
            fd = -1;
        } else {
            done += (size_t)n;
        }
    }
    if (fd >= 0 && lseek(fd, 0, SEEK_SET) == 0)
        return fd;
    (void)wx_fail_errno(err, "cannot keep the upload in memory");
    if (fd >= 0)
        close(fd);
    return -1;
}

static enum wx_status ask(struct reading *r, struct wx_err *err)
{
    struct wx_buf buf = WX_BUF_INIT(1024);
    struct wx_json j = WX_JSON_INIT(&buf);
    struct wx_msg_out *out = wx_channel_out(r->channel);
    const struct wx_convert_job *job = r->job;

    wx_json_open(&j, '{');
    wx_json_kz(&j, "what", wx_convert_kind_name(job->kind));
    wx_json_kz(&j, "lang", job->lang == WX_EN ? "en" : "zh");
    wx_json_kint(&j, "memory_bytes",
                 job->memory_bytes ? (int64_t)job->memory_bytes : MEMORY_DEFAULT_BYTES);
    wx_json_kint(&j, "cpu_s", job->cpu_s ? job->cpu_s : CPU_DEFAULT_S);
    wx_json_close(&j, '}');
    wx_msg_begin(out, WX_MSG_CONVERT);
    wx_msg_str(out, wx_buf_str(&buf));
    wx_msg_end(out);
    wx_buf_clear(&buf);
    return wx_channel_flush(r->channel, true, err);
}

static enum wx_status start(struct reading *r, int file, struct wx_err *err)
{
    enum wx_status st;
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
        return wx_fail_errno(err, "cannot make the reader's channel");
    st = wx_jail_start("convert", (int[]){pair[1], file}, 2, &r->pid, err);
    close(pair[1]);
    if (st) {
        close(pair[0]);
        return st;
    }
    r->channel = wx_channel_new(pair[0]);
    return ask(r, err);
}

/* ---- the answer ---- */

static enum wx_status broken(struct reading *r, struct wx_err *err)
{
    return wx_fail(err, WX_E_INVALID, "%s", wx_text(r->job->lang, WX_T_CONVERT_BROKE));
}

static bool take_row(struct reading *r, struct wx_msg_in *in)
{
    struct wx_table *t = &r->out->table;
    struct wx_table_row row = {.number = wx_msg_get_u32(in)};

    row.n_cells = wx_msg_get_u32(in);
    r->n_cells += row.n_cells;
    if (in->is_bad || row.n_cells > in->rest.len / 4 ||
        t->n_rows == WX_MAX_REGISTER_ROWS || r->job->kind != WX_CONVERT_TABLE)
        return false;
    row.cells = wx_arena_array(r->arena, struct wx_str, row.n_cells);
    for (size_t i = 0; i < row.n_cells; i++) {
        struct wx_str cell = wx_msg_get_str(in);

        if (cell.len > WX_MAX_CELL_BYTES)
            return false;
        if (cell.len)
            row.cells[i] = wx_arena_str(r->arena, cell);
    }
    if (t->n_rows == r->cap) {
        size_t cap = r->cap ? r->cap * 2 : 64;

        t->rows =
            wx_arena_grow(r->arena, t->rows, r->cap * sizeof row, cap * sizeof row);
        r->cap = cap;
    }
    t->rows[t->n_rows++] = row;
    return wx_msg_get_end(in);
}

static bool take_item(struct reading *r, struct wx_msg_in *in)
{
    struct wx_convert_answer *out = r->out;
    struct wx_str item = wx_msg_get_str(in);

    if (!wx_msg_get_end(in) || item.len > WX_MAX_FOREIGN_ITEM_BYTES ||
        out->n_items == WX_MAX_FOREIGN_ITEMS || r->job->kind == WX_CONVERT_TABLE)
        return false;
    if (out->n_items == r->cap) {
        size_t cap = r->cap ? r->cap * 2 : 64;

        out->items = wx_arena_grow(r->arena, out->items, r->cap * sizeof item,
                                   cap * sizeof item);
        r->cap = cap;
    }
    out->items[out->n_items++] = wx_arena_str(r->arena, item);
    return true;
}

/* The child's own words: they go to people, so nothing but one line of text. */
static enum wx_status take_failure(struct reading *r, struct wx_msg_in *in,
                                   struct wx_err *err)
{
    uint8_t status = wx_msg_get_u8(in);
    struct wx_str said = wx_msg_get_str(in);
    char line[sizeof err->text];
    size_t n;

    if (!wx_msg_get_end(in) || status == WX_OK || status >= WX_STATUS_COUNT ||
        !wx_utf8_is_valid(said))
        return broken(r, err);
    said = wx_utf8_clip(said, sizeof line - 1);
    for (n = 0; n < said.len; n++)
        line[n] = (unsigned char)said.ptr[n] < ' ' ? ' ' : said.ptr[n];
    line[n] = '\0';
    return wx_fail(err, (enum wx_status)status, "%s", line);
}

static enum wx_status take(struct reading *r, enum wx_msg_type type,
                           struct wx_msg_in *in, struct wx_err *err)
{
    r->answer_bytes += in->rest.len;
    if (r->answer_bytes > MAX_ANSWER_BYTES)
        return wx_fail(err, WX_E_TOO_BIG, "%s",
                       wx_text(r->job->lang, WX_T_CONVERT_TOO_MUCH_MEMORY));
    switch (type) {
    case WX_MSG_ROW:
        return take_row(r, in) ? WX_OK : broken(r, err);
    case WX_MSG_ITEM:
        return take_item(r, in) ? WX_OK : broken(r, err);
    case WX_MSG_DONE:
        r->out->note = wx_arena_str(r->arena, wx_msg_get_str(in));
        r->is_done = true;
        return wx_msg_get_end(in) ? WX_OK : broken(r, err);
    case WX_MSG_FAILED:
        return take_failure(r, in, err);
    default:
        return broken(r, err);
    }
}

/* Why there was no answer: what the kernel says of the child's end. */
static enum wx_status explain_end(const struct reading *r, int how, struct wx_err *err)
{
    int sign = WIFSIGNALED(how) ? WTERMSIG(how) : 0;
    enum wx_lang lang = r->job->lang;

    if (sign == SIGXCPU)
        return wx_fail(err, WX_E_TIMEOUT, "%s", wx_text(lang, WX_T_CONVERT_TOO_LONG));
    /* our memory runs out with abort(), the machine's with SIGKILL */
    if (sign == SIGABRT || sign == SIGKILL)
        return wx_fail(err, WX_E_TOO_BIG, "%s",
                       wx_text(lang, WX_T_CONVERT_TOO_MUCH_MEMORY));
    if (WIFEXITED(how) && WEXITSTATUS(how) == 127)
        return wx_fail(err, WX_E_IO, "%s", wx_text(lang, WX_T_CONVERT_NO_READER));
    return wx_fail(err, WX_E_INVALID, "%s", wx_text(lang, WX_T_CONVERT_BROKE));
}

/* WX_E_CLOSED: the child has gone without a last word. */
static enum wx_status listen_to(struct reading *r, struct wx_err *err)
{
    while (!r->is_done) {
        enum wx_msg_type type;
        struct wx_msg_in in;
        enum wx_status st = wx_channel_next(r->channel, &type, &in, err);

        if (st == WX_E_AGAIN) {
            struct pollfd p = {.fd = wx_channel_fd(r->channel), .events = POLLIN};
            int64_t left_ms = r->until_ms - wx_mono_ms();

            if (left_ms <= 0)
                return wx_fail(err, WX_E_TIMEOUT, "%s",
                               wx_text(r->job->lang, WX_T_CONVERT_TOO_LONG));
            (void)poll(&p, 1, (int)left_ms);
            continue;
        }
        if (st == WX_E_INVALID)
            return broken(r, err);
        if (!st)
            st = take(r, type, &in, err);
        if (st)
            return st;
    }
    return WX_OK;
}

static int reap(pid_t pid)
{
    int how = 0;

    while (waitpid(pid, &how, 0) < 0)
        if (errno != EINTR)
            break;
    return how;
}

enum wx_status wx_convert_run(const struct wx_convert_job *job, struct wx_arena *arena,
                              struct wx_convert_answer *out, struct wx_err *err)
{
    struct reading r = {.job = job, .arena = arena, .out = out, .pid = -1};
    int file = job->fd ? job->fd : memfd_of(job->bytes, err), how;
    enum wx_status st;

    *out = (struct wx_convert_answer){0};
    if (file < 0)
        return WX_E_IO;
    r.until_ms = wx_mono_ms() + (job->wall_ms ? job->wall_ms : WALL_DEFAULT_MS);
    st = start(&r, file, err);
    if (!job->fd)
        close(file);
    if (!st)
        st = listen_to(&r, err);
    if (r.pid > 0) {
        kill(r.pid, SIGKILL); /* changes nothing for one that has already ended */
        how = reap(r.pid);
        if (st == WX_E_CLOSED)
            st = explain_end(&r, how, err);
    }
    wx_channel_free(r.channel);
    if (st)
        *out = (struct wx_convert_answer){0};
    return st;
}
