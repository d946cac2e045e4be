/*
 * A campaign's archive in one file, to be kept outside: what was planned, asked,
 * answered, found, decided and written. JSON for programs and a person with an editor,
 * papers as they were approved, attachments as they were handed in; MANIFEST.txt has
 * the SHA-256 of each (`sha256sum -c MANIFEST.txt` verifies them).
 *
 *     README.txt               what lies where
 *     campaign.json            the campaign, its phases and tasks
 *     duties.json, notices.json, rectifications.json, extensions.json, draws.json,
 *     spot_checks.json, evaluations.json, appraisals.json, papers.json
 *     findings.json            those that stand in its rectifications
 *     sheets/DUTY.json         the answers last submitted, with their digest
 *     papers/ID.docx           approved papers, byte for byte
 *     files/ID-NAME            attachments of all of these
 */
#ifndef WX_DOCUMENT_BUNDLE_H
#define WX_DOCUMENT_BUNDLE_H

#include "base/buf.h"
#include "store/office.h"

struct wx_bundle {
    struct wx_tx *tx; /* whose scope says what goes in */
    struct wx_arena *arena;
    struct wx_office *office; /* its files */
    int64_t campaign_id, now_s;
};
/* OUT: its ceiling is the archive's (WX_E_TOO_BIG). WX_E_IO: a kept file is not what
 * its digest says; it is named. */
WX_MUST_CHECK enum wx_status wx_campaign_bundle(const struct wx_bundle *bundle,
                                                struct wx_buf *out, size_t *n_files,
                                                struct wx_err *err);

#endif
