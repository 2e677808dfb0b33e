"""Personal data: what is deleted after some time, and what is exported or erased on request.

`person` finds what the site has of one person, `erasing` erases it, with `import_records` for what
imports recorded. `erasures` is the list by which erasures are repeated after a restore. `purging`
deletes what is too old.
"""
