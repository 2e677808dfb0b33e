"""Staff accounts: signing in.

`sign_in` limits failed attempts by account and by network. Accounts themselves are Django's.
"""
