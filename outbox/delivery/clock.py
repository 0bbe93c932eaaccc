"""The clock of everything below the delivery workers: the database's."""

from toolkit.database_clock import Clock, database_now

__all__ = ["Clock", "database_now"]
