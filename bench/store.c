/*
 * Findings into the store, in rows a second: batches of 1,000 with synchronous=FULL and
 * the product's own tables, against a bare table without any secondary index in the
 * same file system (the limit), in turns within one run. A row carries about 250 bytes
 * of text, as in the gate's own measurement.
 */
#define _GNU_SOURCE
#include "bench/ground.h"

#include "base/clock.h"
#include "store/store.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    ROWS = 100000,
    BATCH = 1000,
    SITES = 500,
    ROUNDS = 3,
    GATE = 25000,
    AIM = 50000
};

struct texts {
    char site[40], url[100], key[80];
};

static void make(uint32_t i, struct texts *t, struct wx_finding *f)
{
    uint32_t site = i % SITES; /* sites are inspected side by side */

    snprintf(t->site, sizeof t->site, "www%u.xingyuan.gov.cn", site);
    snprintf(t->url, sizeof t->url, "https://www%u.xingyuan.gov.cn/art/%u.html", site,
             i);
    snprintf(t->key, sizeof t->key, "http://spam%u.example/", i);
    *f = (struct wx_finding){
        .rule = WX_STR("hidden-link-css"),
        .category = WX_STR("hidden_link"),
        .severity = WX_SEV_CRITICAL,
        .verdict = WX_FAIL,
        .confidence = 95,
        .site_id = wx_site_key(wx_str_of(t->site), 0),
        .site = wx_str_of(t->site),
        .url = wx_str_of(t->url),
        .place = wx_str_of(t->url),
        .key = wx_str_of(t->key),
        .excerpt =
            WX_STR("<div style=\"display:none\"><a href=\"http://spam.example/\">"),
        .n_evidence = 1,
        .observation_seq = i / SITES + 1,
        .n_places = 1,
        .first_seen_s = 1780000000,
        .last_seen_s = 1780000000,
    };
    wx_finding_identify(f);
}

static void open_run(const char *dir, struct wx_store **store)
{
    struct wx_finding f;
    struct wx_err err;
    struct texts t;

    must(wx_store_open(dir, WX_STORE_CREATE, store, &err), &err);
    for (uint32_t i = 0; i < SITES; i++) {
        struct wx_site site = {0};

        make(i, &t, &f);
        site.id = f.site_id;
        site.domain = f.site;
        must(wx_store_add_site(*store, &site, &err), &err);
    }
    must(wx_store_commit(*store, &err), &err);
}

struct measured {
    double rows_per_s, cpu_us;
};

static struct measured rate(uint32_t rows, int64_t wall_us, int64_t cpu_us)
{
    return (struct measured){rows * 1e6 / (double)wall_us, (double)cpu_us / rows};
}

/* PASSES 2: the second time every row is merged with the one that is there. */
static struct measured run_store(const char *dir, int passes)
{
    struct wx_store *store;
    int64_t wall = 0, cpu = 0;
    struct wx_err err;

    open_run(dir, &store);
    for (int pass = 0; pass < passes; pass++) {
        wall = wx_mono_us();
        cpu = wx_cpu_us();
        for (uint32_t i = 0; i < ROWS; i++) {
            struct wx_finding f;
            struct texts t;

            make(i, &t, &f);
            must(wx_store_put_finding(store, &f, &err), &err);
            if (i % BATCH == BATCH - 1)
                must(wx_store_commit(store, &err), &err);
        }
        wall = wx_mono_us() - wall;
        cpu = wx_cpu_us() - cpu;
    }
    wx_store_close(store);
    remove_tree(dir);
    return rate(ROWS, wall, cpu);
}

/* The limit: the same bytes in one column, 10,000 a batch, nothing to keep sorted. */
static struct measured run_bare(const char *file)
{
    struct wx_buf text = WX_BUF_INIT(1 << 20);
    int64_t wall, cpu;
    sqlite3_stmt *stmt;
    sqlite3 *db;

    if (sqlite3_open(file, &db) ||
        sqlite3_exec(db,
                     "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                     "PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-16384;"
                     "CREATE TABLE t (id INTEGER PRIMARY KEY, json TEXT)",
                     NULL, NULL, NULL) ||
        sqlite3_prepare_v2(db, "INSERT INTO t (json) VALUES (?1)", -1, &stmt, NULL))
        exit(1);
    wall = wx_mono_us();
    cpu = wx_cpu_us();
    for (uint32_t i = 0; i < ROWS; i++) {
        struct wx_finding f;
        struct texts t;

        if (i % (10 * BATCH) == 0)
            sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
        make(i, &t, &f);
        wx_buf_reset(&text);
        wx_finding_format(&f, &text);
        sqlite3_bind_text(stmt, 1, text.ptr, (int)text.len, SQLITE_STATIC);
        sqlite3_step(stmt);
        sqlite3_reset(stmt);
        if (i % (10 * BATCH) == 10 * BATCH - 1)
            sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    }
    wall = wx_mono_us() - wall;
    cpu = wx_cpu_us() - cpu;
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    wx_buf_clear(&text);
    return rate(ROWS, wall, cpu);
}

static int by_rate(const void *a, const void *b)
{
    double x = ((const struct measured *)a)->rows_per_s;
    double y = ((const struct measured *)b)->rows_per_s;

    return x < y ? -1 : x > y;
}

int main(void)
{
    struct measured bare[ROUNDS], fresh[ROUNDS], merged[ROUNDS];
    char dir[] = "/tmp/wx-bench-XXXXXX", run[64], file[64];
    double got, limit;

    if (!mkdtemp(dir))
        return 1;
    snprintf(run, sizeof run, "%s/run", dir);
    for (int i = 0; i < ROUNDS; i++) {
        snprintf(file, sizeof file, "%s/bare%d.db", dir, i);
        bare[i] = run_bare(file);
        fresh[i] = run_store(run, 1);
        merged[i] = run_store(run, 2);
    }
    remove_tree(dir);
    qsort(bare, ROUNDS, sizeof *bare, by_rate);
    qsort(fresh, ROUNDS, sizeof *fresh, by_rate);
    qsort(merged, ROUNDS, sizeof *merged, by_rate);
    limit = bare[ROUNDS / 2].rows_per_s;
    got = fresh[ROUNDS / 2].rows_per_s;
    printf("findings into the store, %d rows, %d sites, median of %d\n", ROWS, SITES,
           ROUNDS);
    printf("%-38s %10s %10s %8s\n", "what", "rows/s", "CPU us", "ratio");
    printf("%-38s %10.0f %10.1f %8.2f\n", "bare table, no index, 10,000 a batch", limit,
           bare[ROUNDS / 2].cpu_us, 1.0);
    printf("%-38s %10.0f %10.1f %8.2f\n", "store, new rows, 1,000 a batch", got,
           fresh[ROUNDS / 2].cpu_us, got / limit);
    printf("%-38s %10.0f %10.1f %8.2f\n", "store, rows met again, 1,000 a batch",
           merged[ROUNDS / 2].rows_per_s, merged[ROUNDS / 2].cpu_us,
           merged[ROUNDS / 2].rows_per_s / limit);
    printf("gate %d rows/s: %s; aim %d: %s\n", GATE, got >= GATE ? "met" : "MISSED",
           AIM, got >= AIM ? "met" : "missed");
    return got >= GATE ? 0 : 1;
}
