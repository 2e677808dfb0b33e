"""Text functions without database access: markup to safe HTML, names, dates, languages,
normalisation for search.

`markup` renders comments and `body` articles; only `trusted` marks HTML as safe; `folding` and
`stems` normalise words for search; `names` compares names, `dates` handles times without a zone.
"""
