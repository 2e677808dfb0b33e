"""Import articles and comments.

`source` opens a file, `formats` convert it to `records`, and `store` saves them and returns a
`report`.
"""
