/*
 * Every ceiling on a size that a stranger controls, in one list, so that they can be
 * reviewed at a glance. Each has its reason. Bytes unless the name says otherwise.
 */
#ifndef WX_BASE_LIMITS_H
#define WX_BASE_LIMITS_H

enum {
    /* HTTP: what one answer may cost us */
    WX_MAX_HEADER_BYTES = 64 << 10,   /* a whole header section */
    WX_MAX_HEADER_FIELDS = 200,       /* browsers stop near 256 */
    WX_MAX_BODY_BYTES = 8 << 20,      /* decoded; longer is cut and marked */
    WX_MAX_BODY_WIRE_BYTES = 8 << 20, /* as sent, before decompression */
    WX_MAX_INFLATE_RATIO = 200,       /* a bomb; real pages stay below 30 */
    WX_MAX_REDIRECTS = 10,            /* hops; browsers stop at 20 */
    WX_MAX_INTERIM_RESPONSES = 8,     /* 1xx before the final answer */
    WX_MAX_COOKIE_BYTES = 4096,

    /* URL and page */
    WX_MAX_URL_BYTES = 2048, /* longer links are counted, not followed */
    WX_MAX_HTML_DEPTH = 512, /* open elements tracked by the page scanner */
    WX_MAX_LINKS_PER_PAGE = 20000,
    WX_MAX_BLOCKS_PER_PAGE = 60000, /* text blocks */
    WX_MAX_NODES_PER_PAGE = 100000, /* elements with id, class or style */
    WX_MAX_PARTS_PER_PAGE = 20000,  /* of each: scripts, metas, forms, comments */
    WX_MAX_ATTRIBUTES = 256,        /* of one tag; further ones are ignored */
    WX_MAX_FORM_INPUTS = 500,
    WX_MAX_CSS_RULES = 20000, /* hiding rules kept of one style sheet */

    /* scripts */
    WX_MAX_SCRIPT_TOKENS = 500000, /* of one script; what follows is not read */
    WX_MAX_SCRIPT_PARTS = 2000,    /* of each: writes, redirects, addresses, ids */
    WX_MAX_SCRIPT_DECODED_BYTES = 4 << 20,

    /* robots.txt, sitemap */
    WX_MAX_ROBOTS_BYTES = 500 << 10, /* RFC 9309, 2.5 */
    WX_MAX_ROBOTS_RULES = 2000,
    WX_MAX_SITEMAP_BYTES = 8 << 20,
    WX_MAX_SITEMAP_URLS = 50000, /* sitemaps.org */
    WX_MAX_SITEMAPS = 20,        /* files of one site */

    /* certificates */
    WX_MAX_CHAIN_CERTS = 20,
    WX_MAX_CERT_BYTES = 64 << 10,
    WX_MAX_CERT_NAMES = 500,

    /* one site */
    WX_MAX_SITE_URLS = 200000,  /* addresses remembered as seen */
    WX_MAX_SITE_QUEUE = 100000, /* addresses waiting */
    WX_MAX_SITE_FINDINGS = 2000,
    WX_MAX_OFFSITE_HOSTS = 2000, /* of the off-site inventory */

    /* one finding */
    WX_MAX_EXCERPT_BYTES = 600,
    WX_MAX_FINDING_URLS = 20, /* further places are only counted */
    WX_MAX_EVIDENCE_REFS = 8,

    /* registers, permits, rules */
    WX_MAX_REGISTER_BYTES = 64 << 20,
    WX_MAX_REGISTER_ROWS = 500000,
    WX_MAX_CELL_BYTES = 4096,
    WX_MAX_PERMIT_BYTES = 16 << 20,
    WX_MAX_RULE_FILE_BYTES = 4 << 20,
    WX_MAX_RULES = 5000,
    WX_MAX_PATTERNS = 100000,

    /* what the office sends: webhooks and mail */
    WX_MAX_DELIVERY_BYTES = 20 << 10, /* a webhook's body; Standard Webhooks */
    WX_MAX_DELIVERY_HEADERS = 16,
    WX_MAX_DELIVERY_ALLOW = 64,     /* address ranges of the office's settings */
    WX_MAX_LOG_RECORD_BYTES = 2048, /* RFC 5424, 6.1: every receiver takes these */
    WX_MAX_LOG_BATCH = 64,
    WX_MAX_MAIL_BYTES = 256 << 10, /* a whole message; ours are notes of some lines */
    WX_MAX_SMTP_LINE_BYTES = 2048, /* RFC 5321 says 512; servers write more */
    WX_MAX_SMTP_LINES = 100,       /* of one reply */

    /* the office */
    WX_MAX_MAP_FEATURES = 2000, /* of an imported map; a province has about 150 */
    WX_MAX_MAP_POINTS = 50000,
    WX_MAX_UNITS = 1 << 20,     /* largest unit id: a scope is a bitmap over them */
    WX_MIN_PASSWORD_CHARS = 12, /* characters, not bytes (ASVS 6.2.1) */
    WX_MAX_PASSWORD_CHARS = 128,
    WX_MAX_AUDIT_FIELD_BYTES = 4096, /* of one field of an audit event */
    WX_MAX_AUDIT_EVENT_BYTES = 32 << 10,
    WX_MAX_CHECKPOINT_BYTES = 4096,

    /* the register */
    WX_MAX_TODOS = 500,        /* of one account's list */
    WX_MAX_TREE_UNITS = 5000,  /* on the register's home page */
    WX_MAX_MISSING_ROWS = 500, /* records listed in one unit's completeness */

    /* the office's server */
    WX_MAX_REQUEST_BYTES = 1 << 20, /* JSON of one request */
    WX_MAX_UPLOAD_BYTES = 64 << 20, /* a register, an attachment */

    /* uploads, read in the jailed child */
    WX_MAX_IMPORT_ROWS = 50000, /* of one draft; a province sends a file a city */
    WX_MAX_ATTACHMENT_BYTES = 32 << 20,
    WX_MAX_FOREIGN_BYTES = 32 << 20,     /* findings of another tool, one file */
    WX_MAX_FOREIGN_ITEMS = 100000,       /* findings or map features of one file */
    WX_MAX_FOREIGN_ITEM_BYTES = 1 << 20, /* one of them, as JSON */
    WX_MAX_GEOJSON_BYTES = 8 << 20,      /* a province's townships are 3 MiB */

    /* the server's configuration file */
    WX_MAX_CONFIG_BYTES = 256 << 10,
    WX_MAX_CONFIG_LIST = 64,

    /* campaigns: kinds, forms and calendars an office writes, and answers to forms */
    WX_MAX_KIND_BYTES = 1 << 20, /* a kind or a form; the longest shipped is 60 KiB */
    WX_MAX_CALENDAR_BYTES = 1 << 20,
    WX_MAX_KIND_ITEMS = 200,   /* of each: phases, tasks, texts, papers, norms ... */
    WX_MAX_FORM_BLOCKS = 100,  /* of one form */
    WX_MAX_FORM_FIELDS = 400,  /* of one form, all blocks */
    WX_MAX_FORM_OPTIONS = 100, /* of one field */
    WX_MAX_FORM_RULES = 200,
    WX_MAX_FORM_ROWS = 5000,           /* of one repeated block of a sheet */
    WX_MAX_FORM_BOOK_BYTES = 16 << 20, /* a form filled in off line */
    WX_MAX_ANSWER_CHARS = 20000,       /* of one long text */
    WX_MAX_SHEET_PROBLEMS = 1000,      /* told of one sheet; further ones are counted */
    WX_MAX_STOPS = 200,                /* of one duty's clock */

    /* rounds */
    WX_MAX_ROUND_REQUEST_BYTES = 256 << 20, /* a permit, and a register of 500,000 */
    WX_MAX_BLOCKED_HOSTS = 5000,

    /* official papers; a summary report lists 10,000 sites in some tables */
    WX_MAX_PAPER_BYTES = 48 << 20, /* text of one */
    WX_MAX_PAPER_BLOCKS = 60000,
    WX_MAX_PAPER_ROWS = 200000, /* of one table */
    WX_MAX_PAPER_COLUMNS = 40,
    WX_MAX_PAPER_BARS = 200,
    WX_MAX_PAPER_FILE_BYTES = 128 << 20, /* a part of a DOCX, a page, a PDF */
    WX_MAX_TEMPLATE_BYTES = 512 << 10,   /* the text of one kind of paper */

    /* messages between core and worker */
    WX_MAX_MESSAGE_BYTES = 20 << 20, /* one body, compressed, and its record */
};

#endif
