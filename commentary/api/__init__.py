"""The read API: what everyone may read, as JSON.

`routes` has one function per URL; `schemas` are the typed answers, which `serializers` fill.
`openapi` describes both; `middleware` turns errors into problem details. Responses are stored and
revalidated as pages are, see `reading.page_cache`.
"""
