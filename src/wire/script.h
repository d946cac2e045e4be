/*
 * What a script says without running it. Decodes the string tricks that hide markup and
 * addresses: document.write("..."), document.write(unescape("%3C...")), fromCharCode
 * lists, \x and \u escapes, "a"+"b", eval(unescape(...)), atob("..."), nested up to
 * four levels. Linear, bounded (base/limits.h); what cannot be followed is left alone.
 */
#ifndef WX_WIRE_SCRIPT_H
#define WX_WIRE_SCRIPT_H

#include "base/arena.h"

struct wx_script_write { /* markup a script writes into the page */
    struct wx_str html;  /* decoded */
    uint32_t offset;     /* of the call, in the script */
    bool is_encoded;     /* unescape, fromCharCode, \x, atob was needed */
};

struct wx_script_redirect { /* location = "...", .href=, .replace(), window.open */
    struct wx_str target;
    uint32_t offset;
    bool on_referrer;   /* the code around it reads document.referrer */
    bool on_user_agent; /* ... or navigator.userAgent */
};

struct wx_script_facts {
    struct wx_script_write *writes;
    size_t n_writes;
    struct wx_script_redirect *redirects;
    size_t n_redirects;
    struct wx_str *hidden_ids;
    size_t n_hidden_ids; /* .style.display="none" */
    struct wx_str *urls;
    size_t n_urls;         /* absolute URLs in literals */
    struct wx_str decoded; /* all decoded literals that needed it, one per line */
    uint32_t n_eval;       /* eval( and Function( calls */
    uint32_t n_escapes;    /* \x, \u, %xx, %u in literals */
    bool is_packed;        /* p,a,c,k,e,d or the like */
};

struct wx_script_facts *wx_script_read(struct wx_arena *arena, struct wx_str code);

#endif
