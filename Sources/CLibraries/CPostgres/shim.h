// libpq 15 (Debian 12).
#pragma once
#include <libpq-fe.h>

// The fields of an error are character macros, which Swift does not import.
static const int HL_PG_SEVERITY = PG_DIAG_SEVERITY_NONLOCALIZED, HL_PG_SQLSTATE = PG_DIAG_SQLSTATE,
                 HL_PG_MESSAGE = PG_DIAG_MESSAGE_PRIMARY, HL_PG_DETAIL = PG_DIAG_MESSAGE_DETAIL,
                 HL_PG_HINT = PG_DIAG_MESSAGE_HINT, HL_PG_CONSTRAINT = PG_DIAG_CONSTRAINT_NAME;
