"""Keeps the site available when something else fails.

`outages` handles requests while the database is down or busy, `caches` store pages, `changes`
records visible changes in them, `replica` renders pages from a replica of the database, `probes` are
the health checks.
"""
