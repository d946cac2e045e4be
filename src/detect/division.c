#include "detect/division.h"

struct division {
    uint32_t code;
    const char *name;
};

static const struct division divisions[] = {
#define X(code, name) {code, name},
#include "detect/divisions.def"
#undef X
};

static const struct division *find(uint32_t code)
{
    size_t low = 0, high = sizeof(divisions) / sizeof(divisions[0]);

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (divisions[mid].code == code)
            return &divisions[mid];
        if (divisions[mid].code < code)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

/* The first six characters as a number; false unless they are digits. */
static bool six_digits(struct wx_str code, uint32_t *out)
{
    uint64_t v;

    if (code.len < 6 || !wx_str_to_u64(wx_str_sub(code, 0, 6), 999999, &v))
        return false;
    *out = (uint32_t)v;
    return true;
}

const char *wx_division_name(struct wx_str code)
{
    const struct division *d;
    uint32_t n;

    if (!six_digits(code, &n))
        return NULL;
    d = find(n);
    return d ? d->name : NULL;
}

struct wx_str wx_division_path(struct wx_arena *arena, struct wx_str code)
{
    const struct division *province, *city, *district;
    uint32_t n;

    if (!six_digits(code, &n) || !(district = find(n)))
        return (struct wx_str){NULL, 0};
    province = find(n / 10000 * 10000);
    city = find(n / 100 * 100);
    if (city == province)
        city = NULL;
    if (district == city || district == province)
        district = NULL;
    return wx_arena_printf(arena, "%s%s%s", province ? province->name : "",
                           city ? city->name : "", district ? district->name : "");
}

int wx_division_province(struct wx_str code)
{
    uint32_t n;

    if (!six_digits(code, &n))
        return 0;
    n /= 10000;
    if (n == 71 || n == 81 || n == 82 || n == 83)
        return (int)n;
    return find(n * 10000) ? (int)n : 0;
}

static const struct {
    uint32_t letter;
    int province;
} letters[] = {
    {0x4EAC, 11},
    /* 京 */ {0x6D25, 12},
    /* 津 */ {0x5180, 13}, /* 冀 */
    {0x664B, 14},
    /* 晋 */ {0x8499, 15},
    /* 蒙 */ {0x8FBD, 21}, /* 辽 */
    {0x5409, 22},
    /* 吉 */ {0x9ED1, 23},
    /* 黑 */ {0x6CAA, 31}, /* 沪 */
    {0x82CF, 32},
    /* 苏 */ {0x6D59, 33},
    /* 浙 */ {0x7696, 34}, /* 皖 */
    {0x95FD, 35},
    /* 闽 */ {0x8D63, 36},
    /* 赣 */ {0x9C81, 37}, /* 鲁 */
    {0x8C6B, 41},
    /* 豫 */ {0x9102, 42},
    /* 鄂 */ {0x6E58, 43}, /* 湘 */
    {0x7CA4, 44},
    /* 粤 */ {0x6842, 45},
    /* 桂 */ {0x743C, 46}, /* 琼 */
    {0x6E1D, 50},
    /* 渝 */ {0x5DDD, 51},
    /* 川 */ {0x8700, 51}, /* 蜀 */
    {0x8D35, 52},
    /* 贵 */ {0x9ED4, 52},
    /* 黔 */ {0x4E91, 53}, /* 云 */
    {0x6EC7, 53},
    /* 滇 */ {0x85CF, 54},
    /* 藏 */ {0x9655, 61}, /* 陕 */
    {0x79E6, 61},
    /* 秦 */ {0x7518, 62},
    /* 甘 */ {0x9647, 62}, /* 陇 */
    {0x9752, 63},
    /* 青 */ {0x5B81, 64},
    /* 宁 */ {0x65B0, 65}, /* 新 */
    /* as pages in traditional script write them */
    {0x6649, 14},
    /* 晉 */ {0x907C, 21},
    /* 遼 */ {0x6EEC, 31}, /* 滬 */
    {0x8607, 32},
    /* 蘇 */ {0x95A9, 35},
    /* 閩 */ {0x8D1B, 36}, /* 贛 */
    {0x9B6F, 37},
    /* 魯 */ {0x7CB5, 44},
    /* 粵 */ {0x74CA, 46}, /* 瓊 */
    {0x8CB4, 52},
    /* 貴 */ {0x96F2, 53},
    /* 雲 */ {0x965D, 61}, /* 陝 */
    {0x96B4, 62},
    /* 隴 */ {0x5BE7, 64}, /* 寧 */
};

int wx_division_of_letter(uint32_t cp)
{
    for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
        if (letters[i].letter == cp)
            return letters[i].province;
    return 0;
}

const char *wx_division_province_name(int province)
{
    const struct division *d = find((uint32_t)province * 10000);

    return d ? d->name : "";
}

bool wx_division_agrees(struct wx_str a, struct wx_str b)
{
    uint32_t x, y;

    if (!six_digits(a, &x) || !six_digits(b, &y) || !find(x) || !find(y))
        return true;
    if (x == y)
        return true;
    if (x / 10000 != y / 10000)
        return false;
    if (x % 10000 == 0 || y % 10000 == 0)
        return true;
    if (x / 100 == y / 100)
        return x % 100 == 0 || y % 100 == 0;
    /* Counties run by a province directly (4690xx, 4290xx) have no city of their own.
     */
    return x % 100 == 0 && y % 100 == 0 ? false
                                        : x / 100 % 100 >= 90 || y / 100 % 100 >= 90;
}
