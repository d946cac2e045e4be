/*
 * Numbers of persons in text: identity cards (GB 11643, ISO 7064 MOD 11-2), mobile
 * numbers, bank cards (Luhn). Forms only; personal_data.c weighs what stands around.
 */
#ifndef WX_DETECT_PERSONAL_DATA_H
#define WX_DETECT_PERSONAL_DATA_H

#include "base/str.h"

enum wx_personal_kind {
    WX_PERSONAL_ID_CARD,
    WX_PERSONAL_OLD_ID_CARD, /* 15 digits, no check digit */
    WX_PERSONAL_MOBILE,
    WX_PERSONAL_BANK_CARD,
    WX_PERSONAL_KIND_COUNT
};

struct wx_personal_number {
    enum wx_personal_kind kind;
    char digits[20];       /* folded, without separators, NUL at the end */
    size_t offset, end;    /* in the text */
    bool is_check_wrong;   /* an identity card but for its check digit */
    bool is_place_unknown; /* ... of no province; foreigners\' cards begin with 9 */
};

/*
 * The next number of a person from *POS on. Numbers inside longer runs of letters and
 * digits, masked ones and ones of impossible date are passed over. YEAR is
 * the current year: nobody is born after it.
 */
bool wx_personal_next(struct wx_str text, size_t *pos, int year,
                      struct wx_personal_number *out);

/* S is a Chinese person's name and nothing else: 张三, 欧阳明月, 王　芳. */
bool wx_person_name_is(struct wx_str s);
/* S ends in a name, labels of a telephone behind it left off: "联系人张三，电话：". */
bool wx_person_name_ends(struct wx_str s);
/* S without such labels and signs at its end. */
struct wx_str wx_person_labels_strip(struct wx_str s);

#endif
