"""Exports stored articles and their comments to a file.

`json` writes the only format so far.
"""
