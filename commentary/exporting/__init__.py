"""Exports stored articles and their comments (`json`), and redirects from former URLs (`redirects`)."""
