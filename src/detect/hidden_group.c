#include "detect/hidden_group.h"

/*
 * What each technique says by itself, in points. Those that no layout needs stand near
 * the threshold of 55: a foreign link moved off the screen is reported whatever its
 * words. Those that menus, tabs and sliders live on need words or numbers beside them.
 */
static const struct trick {
    uint32_t bit;
    int points;
    enum wx_text text;
    const char *rule;
} tricks[] = {
    {WX_HIDE_TINY, 60, WX_T_TRICK_TINY, "hidden-link-markup"},
    {WX_TRICK_WRAPPED, 55, WX_T_TRICK_WRAPPED, "hidden-link-script"},
    {WX_HIDE_OFFSCREEN, 55, WX_T_TRICK_OFFSCREEN, "hidden-link-css"},
    {WX_HIDE_MARGIN, 55, WX_T_TRICK_MARGIN, "hidden-link-css"},
    {WX_HIDE_SIZE, 55, WX_T_TRICK_SIZE, "hidden-link-css"},
    {WX_HIDE_COLOR, 45, WX_T_TRICK_COLOR, "hidden-link-css"},
    {WX_TRICK_ENCODED, 45, WX_T_TRICK_ENCODED, "hidden-link-script"},
    {WX_HIDE_FONT, 40, WX_T_TRICK_FONT, "hidden-link-css"},
    {WX_HIDE_OPACITY, 40, WX_T_TRICK_OPACITY, "hidden-link-css"},
    {WX_HIDE_SCALE, 40, WX_T_TRICK_SCALE, "hidden-link-css"},
    {WX_HIDE_SCRIPT, 35, WX_T_TRICK_SCRIPT, "hidden-link-script"},
    {WX_HIDE_INDENT, 35, WX_T_TRICK_INDENT, "hidden-link-css"},
    {WX_HIDE_CLIP, 35, WX_T_TRICK_CLIP, "hidden-link-css"},
    {WX_HIDE_BEHIND, 35, WX_T_TRICK_BEHIND, "hidden-link-css"},
    {WX_HIDE_VISIBILITY, 35, WX_T_TRICK_VISIBILITY, "hidden-link-css"},
    {WX_TRICK_AFTER, 35, WX_T_TRICK_AFTER, "hidden-link-outside"},
    {WX_TRICK_BEFORE, 40, WX_T_TRICK_BEFORE, "hidden-link-outside"},
    {WX_TRICK_DOT, 35, WX_T_TRICK_DOT, "hidden-link-markup"},
    {WX_HIDE_DISPLAY, 30, WX_T_TRICK_DISPLAY, "hidden-link-css"},
    {WX_HIDE_ATTR, 30, WX_T_TRICK_ATTR, "hidden-link-markup"},
    {WX_TRICK_NOSCRIPT, 25, WX_T_TRICK_NOSCRIPT, "hidden-link-markup"},
    {WX_TRICK_COMMENT, 10, WX_T_TRICK_COMMENT, "hidden-link-markup"},
    {WX_TRICK_WRITTEN, 10, WX_T_TRICK_WRITTEN, "hidden-link-script"},
};

enum { N_TRICKS = sizeof tricks / sizeof *tricks };

static int points_of_tricks(uint32_t how)
{
    int best = 0, more = -10;

    for (size_t i = 0; i < N_TRICKS; i++) {
        int points = tricks[i].points;

        if (!(how & tricks[i].bit))
            continue;
        if (tricks[i].bit == WX_HIDE_FONT && (how & WX_TRICK_SHEET))
            points = 15; /* closes the gaps between boxes, which set a size again */
        if (tricks[i].bit == WX_HIDE_SIZE && (how & WX_TRICK_SHEET))
            points = 45; /* how panels that unfold begin */
        if (points > best)
            best = points;
        more += 10;
    }
    /* display:none on the box and on the list in it is one thought, not two */
    return best + (more > 20 ? 20 : more < 0 ? 0 : more);
}

static int points_of_words(const struct wx_spam_words *words)
{
    if (words->is_countered)
        return 5;
    if (words->n_strong)
        return 45;
    if (words->n_medium)
        return words->n_medium > 1 ? 35 : 25;
    return words->n_ambiguous ? 5 : 0;
}

static int points_of_company(const struct wx_hidden_group *group)
{
    uint32_t n_good = group->n_own + group->n_known;
    int points = 0;

    if (!n_good && group->n_hosts >= 3)
        points += group->n_hosts >= 8 ? 25 : 15;
    if (group->n_dubious)
        points += 10;
    if (group->words.n_strong && !group->words.is_countered)
        return points; /* no menu of an office says that */
    if (n_good && n_good >= group->n_foreign)
        points -= 25;
    if (group->is_in_menu)
        points -= 10;
    /* a whole footer behind the first of two </html> is a template's, not a spammer's
     */
    if (n_good && (group->how & (WX_TRICK_AFTER | WX_TRICK_BEFORE)))
        points -= 10;
    return points;
}

int wx_hidden_group_score(const struct wx_rules *rules, struct wx_arena *arena,
                          struct wx_hidden_group *group)
{
    int score;

    wx_spam_words_read(rules, arena, wx_buf_str(&group->text), &group->words);
    score = points_of_tricks(group->how) + points_of_words(&group->words) +
            points_of_company(group);
    return score < 0 ? 0 : score > 100 ? 100 : score;
}

const char *wx_hidden_group_rule(uint32_t how)
{
    const struct trick *best = NULL;

    if (how & (WX_TRICK_WRITTEN | WX_TRICK_WRAPPED |
               WX_HIDE_SCRIPT)) /* the script is what to mend */
        return "hidden-link-script";
    for (size_t i = 0; i < N_TRICKS; i++)
        if ((how & tricks[i].bit) && (!best || tricks[i].points > best->points))
            best = &tricks[i];
    return best ? best->rule : "hidden-link-css";
}

struct wx_str wx_hidden_words(struct wx_arena *arena, enum wx_lang lang, uint32_t how)
{
    struct wx_buf buf = WX_BUF_INIT(2 << 10);
    struct wx_str out;

    for (size_t i = 0; i < N_TRICKS; i++) {
        if (!(how & tricks[i].bit) ||
            (tricks[i].bit == WX_TRICK_WRITTEN && (how & WX_TRICK_ENCODED)))
            continue;
        if (buf.len)
            (void)wx_buf_addz(&buf, lang == WX_ZH ? "、" : ", ");
        (void)wx_buf_addz(&buf, wx_text(lang, tricks[i].text));
    }
    out = wx_arena_str(arena, wx_buf_str(&buf));
    wx_buf_clear(&buf);
    return out;
}
