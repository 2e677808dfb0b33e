"""Import articles and comments.

`source` opens a file, `formats` convert it to `records`, and `store` saves them and returns a
`report`. How a format is read: `formats/<name>.py`, such as `formats/disqus.py`, whose `read` yields
records. `archives` open folders, mirrors and WARC files; `foreign`, `xml_stream` and `xml_repair` are
shared by formats. `store` is the only importer that writes: `articles`, `comments` and
`earlier_captures` are parts of it.
"""
