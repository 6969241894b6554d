import importlib

KEY = ("orders", "0001_first")


class MigrationLoader:
    def __init__(self, connection, ignore_no_migrations):
        self.graph = self
        self.nodes = {KEY: importlib.import_module("orders.migrations.0001_first").Migration()}

    def leaf_nodes(self):
        return [KEY]

    def forwards_plan(self, key):
        return [key]
