/* A campaign's archive as one file: a download that leaves its trace. */
#include "document/bundle.h"

#include "api/campaign.h"
#include "api/handlers.h"
#include "base/hash.h"
#include "campaign/row.h"
#include "wire/multipart.h"

enum { MAX_BUNDLE_BYTES = 512 << 20 };

static void name_it(struct wx_call *call, size_t n_files)
{
    struct wx_sha256 hash = wx_sha256_of(wx_buf_str(&call->out));
    char hex[65];

    wx_hex(hash.bytes, sizeof hash.bytes, hex);
    call->out_type = "application/zip";
    wx_call_header(call, "Content-Disposition",
                   wx_content_disposition(
                       &call->arena, wx_arena_printf(&call->arena, "campaign-%lld.zip",
                                                     (long long)call->object_id)));
    wx_call_header(call, "Cache-Control", WX_STR("no-store"));
    wx_call_header(call, "X-Content-SHA256",
                   wx_arena_str(&call->arena, wx_str_of(hex)));
    call->audit_detail = wx_arena_printf(
        &call->arena, "{\"files\":%zu,\"sha256\":\"%s\"}", n_files, hex);
}

/* Within the caller's sight: an authority takes away what is its part. */
enum wx_status wx_campaign_bundled(struct wx_call *call, struct wx_err *err)
{
    struct wx_bundle bundle = {.tx = call->tx,
                               .arena = &call->arena,
                               .office = wx_call_office(call),
                               .campaign_id = call->object_id,
                               .now_s = call->now_s};
    size_t n_files = 0;
    enum wx_status status;

    wx_buf_clear(&call->out);
    call->out = (struct wx_buf)WX_BUF_INIT(MAX_BUNDLE_BYTES);
    status = wx_campaign_bundle(&bundle, &call->out, &n_files, err);
    if (status == WX_E_TOO_BIG)
        return wx_call_refuse(call, WX_P_TOO_BIG, err, "%s", err->text);
    if (!status)
        name_it(call, n_files);
    return status;
}
