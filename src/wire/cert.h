/* X.509 certificates as facts: pure reading of DER, no trust store, no clock. */
#ifndef WX_WIRE_CERT_H
#define WX_WIRE_CERT_H

#include "base/err.h"
#include "model/observation.h"

/* DER of one certificate into the certificate fields of OUT (subject ... leaf_sha256).
 */
WX_MUST_CHECK enum wx_status wx_cert_read(struct wx_arena *arena, struct wx_str der,
                                          struct wx_tls *out, struct wx_err *err);
/* RFC 6125: HOST (ASCII) matches one of the names, wildcard in the left-most label. */
bool wx_cert_covers(const struct wx_tls *tls, struct wx_str host);

#endif
