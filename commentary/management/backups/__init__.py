"""Backups: a folder with the whole site, and its restore.

`folder` is the folder with its manifest, `databases` copies the database of either kind, `making`
and `restoring` do the rest. See docs/operators/backup.md.
"""
