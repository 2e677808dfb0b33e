"""Exports stored articles and their comments to a file.

`json` writes a format that `import_commentary` also reads.
"""
