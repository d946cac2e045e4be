#define _GNU_SOURCE
#include "round/child.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "jail/start.h"
#include "round/rounds.h"
#include "store/office_round.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, MAX_LINE_BYTES = 64 << 10 };

static enum wx_status make_dir(const char *data_dir, int64_t round_id,
                               char path[PATH_BYTES], struct wx_err *err)
{
    snprintf(path, PATH_BYTES, "%s/rounds", data_dir);
    if (mkdir(path, 0700) < 0 && errno != EEXIST)
        return wx_fail_errno(err, "cannot make '%s'", path);
    wx_round_dir(data_dir, round_id, path, PATH_BYTES);
    if (mkdir(path, 0700) < 0 && errno != EEXIST)
        return wx_fail_errno(err, "cannot make '%s'", path);
    return WX_OK;
}

static enum wx_status write_request(const struct wx_round_request *request,
                                    const char *dir, int *fd, struct wx_err *err)
{
    struct wx_buf text = WX_BUF_INIT(WX_MAX_ROUND_REQUEST_BYTES);
    char path[PATH_BYTES + 32];
    enum wx_status status = WX_OK;

    snprintf(path, sizeof path, "%s/stop", dir);
    if (unlink(path) && errno != ENOENT)
        status = wx_fail_errno(err, "cannot remove '%s'", path);
    wx_round_request_format(request, &text);
    snprintf(path, sizeof path, "%s/request.json", dir);
    if (!status && text.is_full)
        status = wx_fail(err, WX_E_TOO_BIG, "round %lld has too many sites",
                         (long long)request->round_id);
    if (!status)
        status = wx_file_replace(path, wx_buf_str(&text), err);
    wx_buf_clear(&text);
    *fd = status ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    if (!status && *fd < 0)
        status = wx_fail_errno(err, "cannot open '%s'", path);
    return status;
}

enum wx_status wx_round_child_start(struct wx_round_child *child,
                                    const struct wx_round_request *request,
                                    struct wx_err *err)
{
    int fds[2] = {-1, -1}, request_fd = -1, given[2];
    char dir[PATH_BYTES];
    enum wx_status status = make_dir(request->data_dir, request->round_id, dir, err);

    child->round_id = request->round_id;
    child->fd = -1;
    child->end = WX_ROUND_BROKEN;
    child->said = WX_BUF_INIT(MAX_LINE_BYTES);
    if (!status)
        status = write_request(request, dir, &request_fd, err);
    if (!status && pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
        status = wx_fail_errno(err, "cannot make the pipe of a round");
    if (!status) {
        given[0] = request_fd;
        given[1] = fds[1];
        status = wx_jail_start("round", given, 2, &child->pid, err);
    }
    if (request_fd >= 0)
        close(request_fd);
    if (fds[1] >= 0)
        close(fds[1]);
    child->fd = fds[0];
    if (status)
        wx_round_child_clear(child);
    else
        wx_log(WX_LOG_INFO, "round", "started", "round=%lld pid=%d",
               (long long)child->round_id, (int)child->pid);
    return status;
}

static void put_kill_file(const char *data_dir, int64_t round_id)
{
    char path[PATH_BYTES + 32];
    int fd;

    wx_round_dir(data_dir, round_id, path, PATH_BYTES);
    strncat(path, "/stop", sizeof path - strlen(path) - 1);
    fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd);
}

enum wx_status wx_rounds_hold(struct wx_tx *tx, const char *data_dir, int64_t round_id,
                              int64_t permit_id, struct wx_err *err)
{
    struct wx_round_due *rows =
        wx_alloc(WX_MAX_ROUNDS_DUE * sizeof(struct wx_round_due));
    size_t n = 0;
    enum wx_status status = wx_rounds_due(tx, rows, &n, err);

    for (size_t i = 0; i < n; i++)
        if (strcmp(rows[i].state, "running") == 0 &&
            (round_id ? rows[i].id == round_id : rows[i].permit_id == permit_id))
            put_kill_file(data_dir, rows[i].id);
    free(rows);
    return status;
}

void wx_round_child_order(struct wx_round_child *child, const char *data_dir,
                          enum wx_round_order order, int64_t now_ms)
{
    if (order > child->order)
        child->order = order;
    if (child->ordered_ms || child->is_over)
        return;
    child->ordered_ms = now_ms;
    put_kill_file(data_dir, child->round_id);
    (void)kill(child->pid, SIGTERM);
}

static void take_line(struct wx_round_child *child, struct wx_str text)
{
    struct wx_arena arena;
    struct wx_round_line line;
    struct wx_err err;

    wx_arena_init(&arena);
    if (wx_round_line_parse(text, &arena, &line, &err)) {
        wx_log(WX_LOG_WARN, "round", "protocol", "round=%lld %s",
               (long long)child->round_id, err.text);
    } else if (line.word == WX_ROUND_PROGRESS) {
        line.why = WX_STR("");
        child->progress = line;
    } else if (line.word == WX_ROUND_SITE) {
        child->has_news = true;
    } else {
        child->end = line.end;
        snprintf(child->why, sizeof child->why, WX_STR_FMT,
                 WX_STR_ARG(wx_utf8_clip(line.why, sizeof child->why - 1)));
    }
    wx_arena_clear(&arena);
}

static void take_lines(struct wx_round_child *child)
{
    struct wx_str rest = wx_buf_str(&child->said);
    size_t end;

    while ((end = wx_str_chr(rest, '\n')) != WX_NPOS) {
        take_line(child, wx_str_sub(rest, 0, end));
        rest = wx_str_sub(rest, end + 1, rest.len);
    }
    if (rest.len)
        memmove(child->said.ptr, rest.ptr, rest.len);
    child->said.len = rest.len;
    if (rest.len >= MAX_LINE_BYTES - 1) /* no line of ours is that long */
        child->said.len = 0;
}

/* True: it closed its end, so it is gone or about to be. */
static bool read_all(struct wx_round_child *child)
{
    for (;;) {
        size_t left = MAX_LINE_BYTES - child->said.len;
        char *room = wx_buf_room(&child->said, left < 4096 ? left : 4096);
        ssize_t n = room ? read(child->fd, room, left < 4096 ? left : 4096) : 0;

        if (n < 0)
            return errno != EAGAIN && errno != EINTR;
        if (n == 0)
            return true;
        child->said.len += (size_t)n;
        take_lines(child);
    }
}

void wx_round_child_listen(struct wx_round_child *child, int64_t now_ms)
{
    int how = 0;
    pid_t gone;

    if (child->is_over)
        return;
    (void)read_all(child);
    if (child->ordered_ms && now_ms - child->ordered_ms > WX_ROUND_GRACE_MS)
        (void)kill(child->pid, SIGKILL); /* its workers end when their channel closes */
    gone = waitpid(child->pid, &how, WNOHANG);
    if (gone == 0 || (gone < 0 && errno == EINTR))
        return;
    (void)read_all(child); /* its last words */
    child->is_over = true;
    if (WIFSIGNALED(how) && child->end == WX_ROUND_BROKEN && !child->why[0])
        snprintf(child->why, sizeof child->why, "signal %d", WTERMSIG(how));
    wx_log(child->end == WX_ROUND_BROKEN && !child->order ? WX_LOG_WARN : WX_LOG_INFO,
           "round", "ended", "round=%lld pid=%d end=%d wait_status=%d %s",
           (long long)child->round_id, (int)child->pid, child->end, how, child->why);
}

void wx_round_child_clear(struct wx_round_child *child)
{
    if (child->fd >= 0)
        close(child->fd);
    child->fd = -1;
    wx_buf_clear(&child->said);
}
