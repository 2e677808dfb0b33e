"""Export: stored articles and their comments to a file.

`json` writes the format that `import_commentary` also reads.
"""
