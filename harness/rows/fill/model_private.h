/* Declarations for the files of the model; no other file includes it. */
#ifndef ROWS_MODEL_PRIVATE_H
#define ROWS_MODEL_PRIVATE_H

#include "rows/fill/model.h"

RowsModel *rows_model_new(void);
RowsFillTable *rows_fill_table_new(void);
void rows_fill_table_free(RowsFillTable *table); /* takes NULL */

/* Makes the types of the rows of the queries for them. */
void rows_model_take_types(RowsModel *model, const DbResult *types, const DbResult *labels, const DbResult *checks,
                           const DbResult *fields);

#endif
