/* The part of doctor that looks at an office's data directory (--data). */
#ifndef WX_PROG_DOCTOR_OFFICE_H
#define WX_PROG_DOCTOR_OFFICE_H

#include "base/json.h"
#include "prog/options.h"

/* Prints unless --json; appends to the open array. True: all is well. */
bool wx_doctor_office(const struct wx_options *options, struct wx_json *out);

#endif
