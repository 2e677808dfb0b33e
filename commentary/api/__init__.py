"""The read API: public content as JSON.

`routes` has one function per URL; `schemas` are the types of responses, which `serializers` fill.
`openapi` describes both; `middleware` turns errors into problem details. Responses are stored and
revalidated like pages, see `reading.page_cache`.
"""
