/*
 * The tables, as numbered steps: a step that was released is never changed, a later
 * one is added below. user_version holds the number of the last step done; all missing
 * steps run in one transaction.
 *
 * Times are Unix seconds, ids of sites are the 64 bits of wx_site_key() as a signed
 * number, kind, purpose, outcome, severity and verdict are the numbers of the model,
 * which therefore are never given a second meaning.
 */
#include "store/db.h"

#include "base/clock.h"

static const struct {
    const char *name, *sql;
} steps[] = {
    {"first tables",
     "CREATE TABLE migration ("
     "  number INTEGER PRIMARY KEY,"
     "  name TEXT NOT NULL,"
     "  applied_s INTEGER NOT NULL"
     ") STRICT;"
     "CREATE TABLE run ("
     "  key TEXT PRIMARY KEY,"
     "  value TEXT NOT NULL"
     ") STRICT, WITHOUT ROWID;"
     "CREATE TABLE site ("
     "  id INTEGER PRIMARY KEY,"
     "  ordinal INTEGER NOT NULL UNIQUE,"
     "  name TEXT NOT NULL,"
     "  domain TEXT NOT NULL,"
     "  start_url TEXT NOT NULL,"
     "  ip TEXT NOT NULL,"
     "  server_place TEXT NOT NULL,"
     "  icp TEXT NOT NULL,"
     "  unit TEXT NOT NULL,"
     "  contact TEXT NOT NULL,"
     "  leader TEXT NOT NULL,"
     "  phone TEXT NOT NULL,"
     "  unit_kind TEXT NOT NULL,"
     "  grade INTEGER NOT NULL,"
     "  site_code TEXT NOT NULL,"
     "  police_code TEXT NOT NULL,"
     "  row INTEGER NOT NULL"
     ") STRICT;"
     "CREATE TABLE site_result ("
     "  site INTEGER PRIMARY KEY REFERENCES site (id),"
     "  status TEXT NOT NULL,"
     "  reason TEXT NOT NULL DEFAULT '',"
     "  pages INTEGER NOT NULL DEFAULT 0,"
     "  fetches INTEGER NOT NULL DEFAULT 0,"
     "  requests INTEGER NOT NULL DEFAULT 0,"
     "  wire_bytes INTEGER NOT NULL DEFAULT 0,"
     "  begun_s INTEGER NOT NULL DEFAULT 0,"
     "  duration_ms INTEGER NOT NULL DEFAULT 0,"
     "  findings INTEGER NOT NULL DEFAULT 0,"
     "  facts TEXT NOT NULL DEFAULT ''"
     ") STRICT;"
     "CREATE TABLE pack ("
     "  number INTEGER PRIMARY KEY,"
     "  size_bytes INTEGER NOT NULL"
     ") STRICT;"
     "CREATE TABLE evidence ("
     "  hash BLOB PRIMARY KEY,"
     "  pack INTEGER NOT NULL,"
     "  offset INTEGER NOT NULL,"
     "  stored_bytes INTEGER NOT NULL,"
     "  raw_bytes INTEGER NOT NULL,"
     "  codec INTEGER NOT NULL"
     ") STRICT, WITHOUT ROWID;"
     "CREATE TABLE observation ("
     "  site INTEGER NOT NULL REFERENCES site (id),"
     "  seq INTEGER NOT NULL,"
     "  kind INTEGER NOT NULL,"
     "  purpose INTEGER NOT NULL,"
     "  outcome INTEGER NOT NULL,"
     "  status INTEGER NOT NULL,"
     "  url TEXT NOT NULL,"
     "  body BLOB NOT NULL,"
     "  json TEXT NOT NULL,"
     "  PRIMARY KEY (site, seq)"
     ") STRICT;"
     /* the key begins with the site: new rows of one site lie together, where an index
      * on the random id alone would touch a page of the tree for each of them */
     "CREATE TABLE finding ("
     "  site INTEGER NOT NULL REFERENCES site (id),"
     "  id BLOB NOT NULL,"
     "  rule TEXT NOT NULL,"
     "  category TEXT NOT NULL,"
     "  severity INTEGER NOT NULL,"
     "  verdict INTEGER NOT NULL,"
     "  confidence INTEGER NOT NULL,"
     "  origin TEXT NOT NULL,"
     "  url TEXT NOT NULL,"
     "  place TEXT NOT NULL,"
     "  key TEXT NOT NULL,"
     "  location TEXT NOT NULL,"
     "  excerpt TEXT NOT NULL,"
     "  detail_zh TEXT NOT NULL,"
     "  detail_en TEXT NOT NULL,"
     "  evidence BLOB NOT NULL,"
     "  observation INTEGER NOT NULL,"
     "  places INTEGER NOT NULL,"
     "  more_urls TEXT NOT NULL,"
     "  first_seen_s INTEGER NOT NULL,"
     "  last_seen_s INTEGER NOT NULL,"
     "  PRIMARY KEY (site, id)"
     ") STRICT;"},
};
enum { N_STEPS = sizeof steps / sizeof *steps };

static enum wx_status version_read(struct wx_store *store, int64_t *version,
                                   struct wx_err *err)
{
    struct wx_row row = wx_row_read(store, "PRAGMA user_version", err);

    *version = wx_row_next(&row, err) ? wx_row_int(&row) : 0;
    return wx_row_close(&row);
}

static enum wx_status step_note(struct wx_store *store, int number, const char *name,
                                struct wx_err *err)
{
    char *sql = sqlite3_mprintf("INSERT INTO migration VALUES (%d, %Q, %lld);"
                                "PRAGMA user_version = %d",
                                number, name, (long long)wx_now_s(), number);
    enum wx_status st;

    if (!sql)
        WX_BUG("out of memory in the database");
    st = wx_db_exec(store, sql, err);
    sqlite3_free(sql);
    return st;
}

enum wx_status wx_db_migrate(struct wx_store *store, bool may_change,
                             struct wx_err *err)
{
    int64_t version;
    enum wx_status st = version_read(store, &version, err);

    if (st || version == N_STEPS)
        return st;
    if (version > N_STEPS)
        return wx_fail(err, WX_E_UNSUPPORTED,
                       "store '%s' has format %lld, this program knows up to %d; use a "
                       "newer wangxun",
                       store->path, (long long)version, N_STEPS);
    if (!may_change)
        return wx_fail(err, WX_E_INVALID,
                       version ? "store '%s' is of an earlier version; --resume brings "
                                 "it up to date"
                               : "store '%s' holds no run",
                       store->path);
    st = wx_db_exec(store, "BEGIN IMMEDIATE", err);
    for (int i = (int)version; !st && i < N_STEPS; i++) {
        st = wx_db_exec(store, steps[i].sql, err);
        if (!st)
            st = step_note(store, i + 1, steps[i].name, err);
    }
    if (!st)
        st = wx_db_exec(store, "COMMIT", err);
    if (st && !sqlite3_get_autocommit(store->db))
        (void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return st;
}
