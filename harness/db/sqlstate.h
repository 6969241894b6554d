/*
 * SQLSTATEs that the program itself looks for, by the names that PostgreSQL gives them (Appendix A of its
 * documentation). db_sqlstate_of (db/session.h) knows all of them, for names that people write.
 */
#ifndef DB_SQLSTATE_H
#define DB_SQLSTATE_H

/* Classes: the first two characters. */
#define DB_SQLSTATE_CLASS_CARDINALITY                "21"
#define DB_SQLSTATE_CLASS_DATA_EXCEPTION             "22"
#define DB_SQLSTATE_CLASS_INTEGRITY_CONSTRAINT       "23"
#define DB_SQLSTATE_CLASS_SYNTAX_OR_ACCESS_RULE      "42"

#define DB_SQLSTATE_FEATURE_NOT_SUPPORTED            "0A000"
#define DB_SQLSTATE_INVALID_PARAMETER_VALUE          "22023"
#define DB_SQLSTATE_INVALID_TEXT_REPRESENTATION      "22P02"
#define DB_SQLSTATE_RESTRICT_VIOLATION               "23001"
#define DB_SQLSTATE_NOT_NULL_VIOLATION               "23502"
#define DB_SQLSTATE_FOREIGN_KEY_VIOLATION            "23503"
#define DB_SQLSTATE_CHECK_VIOLATION                  "23514"
#define DB_SQLSTATE_ACTIVE_SQL_TRANSACTION           "25001"
#define DB_SQLSTATE_INVALID_SQL_STATEMENT_NAME       "26000"
#define DB_SQLSTATE_DEPENDENT_OBJECTS_STILL_EXIST    "2BP01"
#define DB_SQLSTATE_INVALID_TRANSACTION_TERMINATION  "2D000"
#define DB_SQLSTATE_INVALID_SCHEMA_NAME              "3F000"
#define DB_SQLSTATE_SERIALIZATION_FAILURE            "40001"
#define DB_SQLSTATE_DEADLOCK_DETECTED                "40P01"
#define DB_SQLSTATE_INSUFFICIENT_PRIVILEGE           "42501"
#define DB_SQLSTATE_SYNTAX_ERROR                     "42601"
#define DB_SQLSTATE_UNDEFINED_OBJECT                 "42704"
#define DB_SQLSTATE_DATATYPE_MISMATCH                "42804"
#define DB_SQLSTATE_WRONG_OBJECT_TYPE                "42809"
#define DB_SQLSTATE_CANNOT_COERCE                    "42846"
#define DB_SQLSTATE_UNDEFINED_FUNCTION               "42883"
#define DB_SQLSTATE_UNDEFINED_TABLE                  "42P01"
#define DB_SQLSTATE_DUPLICATE_PREPARED_STATEMENT     "42P05"
#define DB_SQLSTATE_INVALID_COLUMN_REFERENCE         "42P10"
#define DB_SQLSTATE_DISK_FULL                        "53100"
#define DB_SQLSTATE_OUT_OF_MEMORY                    "53200"
#define DB_SQLSTATE_OBJECT_NOT_IN_PREREQUISITE_STATE "55000"
#define DB_SQLSTATE_LOCK_NOT_AVAILABLE               "55P03"
#define DB_SQLSTATE_UNSAFE_NEW_ENUM_VALUE_USAGE      "55P04"
#define DB_SQLSTATE_QUERY_CANCELED                   "57014"
#define DB_SQLSTATE_UNDEFINED_FILE                   "58P01"

#endif
