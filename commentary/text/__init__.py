"""Text without a database: markup to safe HTML, names, dates, languages, normalisation for search.

`markup` renders comments and `body` articles; `trusted` is the only place that declares HTML safe;
`folding` and `stems` normalise words for search; `names` compares names, `dates` handles times
without a zone.
"""
