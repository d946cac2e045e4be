/* Between office_finding.c and office_finding_act.c. */
#ifndef WX_STORE_FINDING_INNER_H
#define WX_STORE_FINDING_INNER_H

#include "store/office_finding.h"

/* All columns as one JSON object: what wx_finding_undo_read() takes. */
void wx_finding_row_json(const struct wx_finding_row *row, struct wx_json *j);

#endif
