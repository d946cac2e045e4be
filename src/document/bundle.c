#include "document/bundle.h"

#include "base/hash.h"
#include "base/limits.h"
#include "campaign/form.h"
#include "campaign/row.h"
#include "document/zip_file.h"
#include "store/office_campaign.h"
#include "store/office_file.h"
#include <stdlib.h>
#include <string.h>

struct packing {
    const struct wx_bundle *b;
    struct wx_zip_file zip;
    struct wx_buf manifest;
    int64_t *files; /* ids of attachments met so far, as they came */
    size_t n_files, cap_files;
    size_t n_parts, n_bytes, max_bytes;
};

/* BYTES live in the arena. */
static enum wx_status put(struct packing *p, const char *path, struct wx_str bytes,
                          struct wx_err *err)
{
    struct wx_sha256 hash = wx_sha256_of(bytes);
    char hex[65];

    p->n_bytes += bytes.len;
    if (p->n_bytes > p->max_bytes)
        return wx_fail(err, WX_E_TOO_BIG, "the archive is larger than %zu MiB",
                       p->max_bytes >> 20);
    wx_hex(hash.bytes, sizeof hash.bytes, hex);
    (void)wx_buf_printf(&p->manifest, "%s  %s\n", hex, path);
    p->n_parts++;
    return wx_zip_add(&p->zip, path, bytes, err);
}

static enum wx_status put_json(struct packing *p, const char *path, const json_t *value,
                               struct wx_err *err)
{
    char *text = json_dumps(value, JSON_INDENT(1) | JSON_SORT_KEYS);
    struct wx_str kept = wx_arena_str(p->b->arena, wx_str_of(text ? text : "null"));

    free(text);
    return put(p, path, kept, err);
}

/* ---- attachments ---- */

static void note_file(struct packing *p, int64_t id)
{
    if (id <= 0)
        return;
    for (size_t i = 0; i < p->n_files; i++)
        if (p->files[i] == id)
            return;
    if (p->n_files == p->cap_files) {
        size_t old = p->cap_files;

        p->cap_files = old ? old * 2 : 64;
        p->files = wx_arena_grow(p->b->arena, p->files, old * sizeof *p->files,
                                 p->cap_files * sizeof *p->files);
    }
    p->files[p->n_files++] = id;
}

static void note_files(struct packing *p, const json_t *value)
{
    const json_t *one;
    size_t i;

    if (json_is_integer(value))
        note_file(p, json_integer_value(value));
    json_array_foreach(value, i, one)
    {
        note_file(p, json_integer_value(
                         json_is_object(one) ? json_object_get(one, "file") : one));
    }
}

static void note_files_of(struct packing *p, const json_t *rows)
{
    static const char *const fields[] = {"full_text", "scan", "attachments", "proofs",
                                         "photos"};
    const json_t *row;
    size_t i;

    json_array_foreach(rows, i, row)
    {
        for (size_t f = 0; f < sizeof fields / sizeof *fields; f++)
            note_files(p, json_object_get(row, fields[f]));
    }
}

static void note_files_in_row(struct packing *p, const struct wx_form_block *block,
                              const json_t *row)
{
    for (size_t i = 0; i < block->n_fields; i++) {
        const struct wx_form_field *field = &block->fields[i];
        const json_t *answer = json_object_get(row, field->record.name);

        if (field->kind == WX_ANSWER_FILE)
            note_files(p, answer);
        else if (field->kind == WX_ANSWER_CHECK)
            note_files(p, json_object_get(answer, "files"));
    }
}

/* Answers name the files that prove them, where the form asks for files. */
static void note_files_in_answers(struct packing *p,
                                  const struct wx_campaign_form *form,
                                  const json_t *answers)
{
    for (size_t b = 0; b < form->n_blocks; b++) {
        const struct wx_form_block *block = &form->blocks[b];
        const json_t *value = json_object_get(
                         answers, wx_arena_str(p->b->arena, block->key).ptr),
                     *row;
        size_t i;

        if (json_is_object(value))
            note_files_in_row(p, block, value);
        json_array_foreach(value, i, row)
        {
            note_files_in_row(p, block, row);
        }
    }
}

static struct wx_str safe_name(struct wx_arena *arena, struct wx_str name)
{
    struct wx_buf text = WX_BUF_INIT(512);
    struct wx_str out;

    name = wx_utf8_clip(name, 120);
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.ptr[i];

        (void)wx_buf_addc(&text, c < ' ' || strchr("/\\:*?\"<>|\n", c) ? '_' : (char)c);
    }
    out = wx_arena_str(arena, wx_buf_str(&text));
    wx_buf_clear(&text);
    return out;
}

static enum wx_status put_bytes(struct packing *p, const char sha256[65],
                                const char *path, struct wx_err *err)
{
    struct wx_buf bytes = WX_BUF_INIT(p->max_bytes);
    enum wx_status status = wx_file_bytes(p->b->office, sha256, &bytes, err);

    if (!status)
        status = put(p, path, wx_arena_str(p->b->arena, wx_buf_str(&bytes)), err);
    wx_buf_clear(&bytes);
    return status;
}

static enum wx_status put_files(struct packing *p, struct wx_err *err)
{
    enum wx_status status = WX_OK;

    for (size_t i = 0; !status && i < p->n_files; i++) {
        struct wx_file_row row;

        status = wx_file_get(p->b->tx, p->b->arena, p->files[i], &row, err);
        if (status == WX_E_NOT_FOUND) { /* of a unit beyond one's sight */
            status = WX_OK;
            continue;
        }
        if (!status)
            status =
                put_bytes(p, row.sha256,
                          wx_arena_printf(p->b->arena, "files/%lld-" WX_STR_FMT,
                                          (long long)p->files[i],
                                          WX_STR_ARG(safe_name(p->b->arena, row.name)))
                              .ptr,
                          err);
    }
    return status;
}

/* ---- records ---- */

static json_t *rows_of(struct packing *p, const char *kind, struct wx_err *err)
{
    json_t *rows = wx_fields_list(
        p->b->tx, p->b->arena, kind,
        wx_arena_printf(p->b->arena, "campaign_id:%lld", (long long)p->b->campaign_id),
        p->b->now_s, err);

    note_files_of(p, rows);
    return rows;
}

static enum wx_status put_campaign(struct packing *p, struct wx_err *err)
{
    json_t *whole = json_object(),
           *one = wx_record_json(p->b->tx, p->b->arena, "campaign", p->b->campaign_id,
                                 true, err);
    enum wx_status status = one ? WX_OK : WX_E_NOT_FOUND;

    note_files(p, json_object_get(one, "full_text"));
    json_object_set_new(whole, "campaign", one ? one : json_null());
    json_object_set_new(whole, "phases", rows_of(p, "phase", err));
    json_object_set_new(whole, "tasks", rows_of(p, "task", err));
    if (!status)
        status = put_json(p, "campaign.json", whole, err);
    json_decref(whole);
    return status;
}

static enum wx_status put_sheet(struct packing *p, int64_t duty_id, struct wx_err *err)
{
    struct wx_submission last;
    struct wx_campaign_form *form = NULL;
    struct wx_kept_form kept = {0};
    json_t *sheet, *answers;
    char hex[65];
    enum wx_status status =
        wx_submission_last(p->b->tx, p->b->arena, duty_id, &last, err);

    if (status || !last.id)
        return status;
    answers = json_loadb(last.answers.ptr, last.answers.len, 0, NULL);
    if (last.form_id &&
        !wx_campaign_form_get(p->b->tx, p->b->arena, last.form_id, &kept, NULL) &&
        !wx_campaign_form_read("form", kept.source, &form, NULL))
        note_files_in_answers(p, form, answers);
    wx_hex(last.hash.bytes, sizeof last.hash.bytes, hex);
    sheet = json_pack("{s:I, s:I, s:s, s:o}", "duty_id", (json_int_t)duty_id,
                      "form_version", (json_int_t)kept.version, "sha256", hex,
                      "answers", answers ? answers : json_null());
    wx_fields_set(sheet, "form", kept.name);
    wx_fields_set(sheet, "way", last.way);
    wx_campaign_form_free(form);
    status = put_json(
        p, wx_arena_printf(p->b->arena, "sheets/%lld.json", (long long)duty_id).ptr,
        sheet, err);
    json_decref(sheet);
    return status;
}

static enum wx_status put_duties(struct packing *p, struct wx_err *err)
{
    json_t *rows = rows_of(p, "duty", err);
    enum wx_status status = rows ? put_json(p, "duties.json", rows, err) : WX_E_IO;

    for (size_t i = 0; !status && i < json_array_size(rows); i++)
        status = put_sheet(
            p, json_integer_value(json_object_get(json_array_get(rows, i), "id")), err);
    json_decref(rows);
    return status;
}

static enum wx_status put_findings(struct packing *p, const json_t *items,
                                   struct wx_err *err)
{
    json_t *all = json_array();
    enum wx_status status;

    for (size_t i = 0; i < json_array_size(items); i++) {
        int64_t id =
            json_integer_value(json_object_get(json_array_get(items, i), "finding_id"));
        json_t *one =
            id ? wx_record_json(p->b->tx, p->b->arena, "finding", id, false, NULL)
               : NULL;

        if (one)
            json_array_append_new(all, one);
    }
    status = put_json(p, "findings.json", all, err);
    json_decref(all);
    return status;
}

static enum wx_status put_papers(struct packing *p, const json_t *papers,
                                 struct wx_err *err)
{
    enum wx_status status = WX_OK;

    for (size_t i = 0; !status && i < json_array_size(papers); i++) {
        const json_t *paper = json_array_get(papers, i);
        struct wx_str hex = wx_fields_text(paper, "docx_sha256");
        char name[65] = "";

        if (hex.len != 64)
            continue; /* not approved: there is no file yet */
        memcpy(name, hex.ptr, 64);
        status = put_bytes(
            p, name,
            wx_arena_printf(p->b->arena, "papers/%lld.docx",
                            (long long)json_integer_value(json_object_get(paper, "id")))
                .ptr,
            err);
    }
    return status;
}

static enum wx_status put_records(struct packing *p, struct wx_err *err)
{
    static const struct {
        const char *kind, *path;
    } lists[] = {
        {"notice", "notices.json"},         {"rectification", "rectifications.json"},
        {"extension", "extensions.json"},   {"draw", "draws.json"},
        {"spot_check", "spot_checks.json"}, {"evaluation", "evaluations.json"},
        {"appraisal", "appraisals.json"},   {"paper", "papers.json"}};
    enum wx_status status = put_campaign(p, err);

    if (!status)
        status = put_duties(p, err);
    for (size_t i = 0; !status && i < sizeof lists / sizeof *lists; i++) {
        json_t *rows = rows_of(p, lists[i].kind, err);

        status = rows ? put_json(p, lists[i].path, rows, err) : WX_E_IO;
        if (!status && strcmp(lists[i].kind, "rectification") == 0)
            status = put_findings(p, rows, err);
        if (!status && strcmp(lists[i].kind, "paper") == 0)
            status = put_papers(p, rows, err);
        json_decref(rows);
    }
    return status;
}

static const char readme[] =
    "专项行动归档包\n\n"
    "campaign.json 是专项行动及其阶段、任务；duties.json 是各单位任务，sheets/ "
    "是最后报送的"
    "填报内容；notices.json、rectifications.json、findings.json "
    "是通知书、整改和所涉问题；"
    "extensions.json、draws.json、spot_checks.json、evaluations.json、appraisals.json "
    "是延期、抽查和评定；papers.json 和 papers/ 是公文及其定稿；files/ 是附件。\n"
    "核对完整性：sha256sum -c MANIFEST.txt\n\n"
    "The archive of a campaign. JSON holds the records, papers/ the approved papers "
    "byte "
    "for byte, files/ what was handed in. To verify: sha256sum -c MANIFEST.txt\n";

enum wx_status wx_campaign_bundle(const struct wx_bundle *bundle, struct wx_buf *out,
                                  size_t *n_files, struct wx_err *err)
{
    struct packing p = {
        .b = bundle, .manifest = WX_BUF_INIT(16 << 20), .max_bytes = out->max_bytes};
    enum wx_status status = wx_zip_begin(&p.zip, err);

    if (!status)
        status = put(&p, "README.txt", wx_str_of(readme), err);
    if (!status)
        status = put_records(&p, err);
    if (!status)
        status = put_files(&p, err);
    if (!status)
        status = wx_zip_add(&p.zip, "MANIFEST.txt", wx_buf_str(&p.manifest), err);
    if (!status)
        status = wx_zip_finish(&p.zip, out, err);
    *n_files = p.n_parts;
    wx_zip_drop(&p.zip);
    wx_buf_clear(&p.manifest);
    return status;
}
