/* Parts of the detector seo_spam; each reports by itself and says whether it did. */
#ifndef WX_DETECT_SEO_SPAM_H
#define WX_DETECT_SEO_SPAM_H

#include "base/catalogue.h"
#include "detect/detect.h"
#include "detect/spam_words.h"

/* Distinct hosts of links that are neither the unit's nor a public service's. */
uint32_t wx_spam_foreign_hosts(struct wx_judge *judge, struct wx_page *page);
/* Visible text of the page, title left out, at most MAX bytes. */
struct wx_str wx_spam_body(struct wx_page *page, size_t max);
/* "A,B,C" or "A_B|C" without a sentence: phrases strung together. */
bool wx_spam_is_list(struct wx_str text);

bool wx_spam_title_judge(struct wx_judge *judge, struct wx_page *page);
bool wx_spam_block_judge(struct wx_judge *judge, struct wx_page *page);
bool wx_spam_page_judge(struct wx_judge *judge, struct wx_page *page);
void wx_spam_search_judge(struct wx_judge *judge, struct wx_page *page);
void wx_spam_link_judge(struct wx_judge *judge, struct wx_page *page);
void wx_spam_pool_judge(struct wx_judge *judge, struct wx_page *page);

#endif
