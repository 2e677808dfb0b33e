"""Staying up when something else fails.

`outages` answers while the database is down or busy, `caches` are the stores of pages, `changes`
tells them what changed, `probes` are the health checks.
"""
