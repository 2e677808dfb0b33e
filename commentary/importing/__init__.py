"""Imports articles and comments.

`source` opens a file, `formats` convert it to `records`, and `store` saves them and returns a
`report`. Each format is a module such as `formats/disqus.py`, whose `read` yields records.
`archives` open folders, mirrors and WARC files; `foreign`, `xml_stream` and `xml_repair` are shared
by formats. The parts of `store` are `articles`, `comments`, `identity` (which stored comment is
which), `merging` (of corrected sources), `sightings` and `earlier_captures`. `run_changes` records
what a run changes, for `undo_run` and `redo_run`; `store_repair` stores what editors mark in a
source; `restoring` restores an export of a whole site.
"""
