import os
import sys

if sys.argv[1] == "shell":
    exec(sys.argv[-1])
else:
    open(os.environ.get("DB_NAME", "db.sqlite3"), "w").close()
