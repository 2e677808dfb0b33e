"""Distributes a PostgreSQL database by discussion, with the extension Citus."""
