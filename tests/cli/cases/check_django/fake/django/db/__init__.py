"""What pgassay asks of Django, without Django: the settings take the server VENDOR, or that of DB_ENGINE, or SQLite."""
import os


class connection:
    vendor = os.environ.get("VENDOR") or os.environ.get("DB_ENGINE", "sqlite").rsplit(".", 1)[-1]
    settings_dict = {"NAME": os.environ.get("DB_NAME", "db.sqlite3")}
