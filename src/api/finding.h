/* What the files of findings share: finding*.c and evidence.c. */
#ifndef WX_API_FINDING_H
#define WX_API_FINDING_H

#include "api/call.h"
#include "finding/act.h"
#include "store/office_finding.h"

/* The object of access for OP: besides unit, marks and state, whose act it would undo
 * ("!own"): nobody dismisses what he proposed or added, nor closes what he fixed. */
struct wx_object wx_finding_object(const struct wx_call *call, enum wx_op op,
                                   const struct wx_finding_row *row);
/* The operation of an act; acts of the server have none (WX_OP_COUNT). */
enum wx_op wx_finding_op(enum wx_finding_act act);
/* The acts that the caller may do now, as an array of words; a fresh second proof may
 * still be asked for. */
void wx_finding_put_acts(struct wx_call *call, const struct wx_finding_row *row,
                         struct wx_json *j);
/* Body of an act. False: call->problems say what is wrong. */
bool wx_finding_read_input(struct wx_call *call, enum wx_finding_act act,
                           struct wx_finding_input *out);
/* Export as JSON lines or SARIF; call->kind is set. */
wx_handler wx_findings_export_json;
/* The rule library, for texts; lives as long as the server. */
const struct wx_rules *wx_call_rules(const struct wx_call *call);

#endif
