/*
 * The request behind a finding as a line somebody can run again: curl, quoted so that
 * no shell reads more into it than one address, with secrets taken out. Pure.
 */
#ifndef WX_FINDING_REPLAY_H
#define WX_FINDING_REPLAY_H

#include "base/buf.h"

/*
 * METHOD other than GET and HEAD is written as it is when it is a token, else left out.
 * Nothing is written for an address that is not http or https. Characters that would
 * not show as they are are percent-encoded; user and password of the address, and the
 * value of parameters that carry a secret, become "REMOVED".
 */
void wx_replay_curl(struct wx_str method, struct wx_str url, struct wx_buf *out);
/* A raw HTTP request or answer without the values of headers that carry secrets
 * (Cookie, Authorization, ...); in its first line the address as above. */
void wx_replay_clean(struct wx_str raw, struct wx_buf *out);
/* The address alone. */
void wx_replay_url(struct wx_str url, struct wx_buf *out);

#endif
