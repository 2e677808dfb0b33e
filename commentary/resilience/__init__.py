"""Keeps the site available when something else fails.

`outages` handles requests while the database is down or busy, `caches` store pages, `changes`
records visible changes in them, `probes` are the health checks.
"""
