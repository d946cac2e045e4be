#include "campaign/sheet.h"

static bool is_ascii(struct wx_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] >= 0x80)
            return false;
    return true;
}

/* A number keeps its ends, as in the register; of a name nothing is left. */
static json_t *masked(const json_t *value)
{
    struct wx_str text = {json_string_value(value), json_string_length(value)};
    struct wx_buf out = WX_BUF_INIT(4096);
    json_t *made;

    if (json_is_string(value) && text.len >= 7 && is_ascii(text))
        wx_phone_mask(text, &out);
    else
        (void)wx_buf_addz(&out, "***");
    made = json_stringn(wx_buf_str(&out).ptr, out.len);
    wx_buf_clear(&out);
    return made;
}

static void mask_row(const struct wx_form_block *block, json_t *row)
{
    for (size_t i = 0; i < block->n_fields; i++) {
        const struct wx_form_field *f = &block->fields[i];
        const json_t *value = json_object_get(row, f->record.name);

        if (f->is_personal && value && !wx_answer_is_empty(value))
            json_object_set_new(row, f->record.name, masked(value));
    }
}

void wx_sheet_mask(const struct wx_campaign_form *form, json_t *answers)
{
    for (size_t b = 0; b < form->n_blocks; b++) {
        const struct wx_form_block *block = &form->blocks[b];
        json_t *in = json_object_getn(answers, block->key.ptr, block->key.len), *row;
        size_t i;

        if (json_is_object(in))
            mask_row(block, in);
        json_array_foreach(in, i, row) mask_row(block, row);
    }
}
