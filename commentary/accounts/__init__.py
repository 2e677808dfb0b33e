"""Signing in of staff.

`sign_in` limits failed attempts by account and by network. The accounts themselves are Django's.
"""
