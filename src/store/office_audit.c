#include "store/office_audit.h"

#include "store/query.h"

enum wx_status wx_audit_row_add(struct wx_tx *tx, const struct wx_audit_row *row,
                                struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "INSERT INTO audit (at_s, account_id, operation, kind, object_id,"
                     " unit_id, remote, request_id, detail)"
                     " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");

    wx_query_int(&q, row->at_s);
    wx_query_int(&q, row->account_id);
    wx_query_str(&q, row->operation);
    wx_query_str(&q, row->kind);
    wx_query_int(&q, row->object_id);
    wx_query_int(&q, row->unit_id);
    wx_query_str(&q, row->remote);
    wx_query_str(&q, row->request_id);
    wx_query_str(&q, row->detail);
    return wx_query_run(&q, err);
}
