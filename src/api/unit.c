#include "api/unit.h"

#include "api/act.h"

enum { NO_UNIT = -1 }; /* not even the office, 0 */

struct place {
    int64_t parent_id;
    uint32_t stated; /* WX_PART_; 0: as the unit above */
};

/* As it says itself; what VALUES do not name stays. */
static struct place place_in(const json_t *values, struct place place)
{
    const json_t *parent = json_object_get(values, "parent_id");
    const json_t *authority = json_object_get(values, "authority");
    const char *word = json_string_value(authority);

    if (parent)
        place.parent_id = json_integer_value(parent);
    if (authority)
        place.stated = !word || !*word               ? 0
                       : strcmp(word, "crypto") == 0 ? WX_PART_CRYPTO
                                                     : WX_PART_GOVERNMENT;
    return place;
}

static uint32_t part_of(const struct wx_call *call, struct place place)
{
    if (place.stated)
        return place.stated;
    return place.parent_id && wx_scope_has(&call->who.reach.crypto, place.parent_id)
               ? WX_PART_CRYPTO
               : WX_PART_GOVERNMENT;
}

static uint32_t own_part(const struct wx_call *call)
{
    uint32_t roles = wx_principal_roles(&call->who);

    return roles & 1u << WX_ROLE_CRYPTO && !(roles & 1u << WX_ROLE_OFFICE)
               ? WX_PART_CRYPTO
               : WX_PART_GOVERNMENT;
}

static void ask(const struct wx_call *call, enum wx_op op, int64_t unit_id,
                uint32_t parts, struct wx_unit_answer *out)
{
    struct wx_object object = {.exists = true,
                               .unit_id = unit_id,
                               .parts = parts,
                               .made_by = call->who.account_id};

    out->op = op;
    out->answer = wx_access_ask(&call->who, op, &object);
}

/* Below PLACE's parent; at the top the part decides. */
static void ask_there(const struct wx_call *call, enum wx_op op, struct place place,
                      struct wx_unit_answer *out)
{
    if (place.parent_id)
        ask(call, op, place.parent_id, 0, out);
    else
        ask(call, op, NO_UNIT, part_of(call, place), out);
}

static void ask_new(const struct wx_call *call, struct place place,
                    struct wx_unit_answer *out)
{
    struct place above = {.parent_id = place.parent_id};

    ask_there(call, WX_OP_UNIT_WRITE, place, out);
    if (out->answer == WX_ALLOW && part_of(call, place) != part_of(call, above) &&
        place.parent_id) /* made within the other authority's part */
        ask(call, WX_OP_UNIT_WRITE, NO_UNIT, part_of(call, place), out);
}

static void ask_change(const struct wx_call *call, int64_t id, struct place old,
                       struct place new, struct wx_unit_answer *out)
{
    ask(call, WX_OP_UNIT_WRITE, id, 0, out);
    if (out->answer == WX_ALLOW && new.parent_id != old.parent_id)
        ask(call, WX_OP_UNIT_MOVE, id, 0, out);
    if (out->answer == WX_ALLOW && new.parent_id != old.parent_id &&new.parent_id)
        ask(call, WX_OP_UNIT_MOVE, new.parent_id, 0, out);
    if (out->answer == WX_ALLOW && part_of(call, new) != part_of(call, old))
        ask(call, WX_OP_UNIT_AUTHORITY, id, 0, out);
}

enum wx_status wx_unit_ask(struct wx_call *call, int64_t id, json_t *values,
                           struct wx_unit_answer *out, struct wx_err *err)
{
    const struct wx_record_kind *kind = wx_record_kind_find(WX_STR("unit"));
    struct place old = {0}, new;
    uint32_t part = own_part(call);
    json_t *known;
    enum wx_status status;

    if (id) {
        status = wx_act_read(call, kind, id, &known, err);
        if (status)
            return status;
        old = place_in(known, old);
        part = part_of(call, old);
        json_decref(known);
    }
    new = place_in(values, old);
    if (!new.parent_id && !new.stated && part == WX_PART_CRYPTO) {
        json_object_set_new(values, "authority", json_string("crypto"));
        new.stated = part;
    }
    if (id)
        ask_change(call, id, old, new, out);
    else
        ask_new(call, new, out);
    return WX_OK;
}
