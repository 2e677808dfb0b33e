"""Accounts of staff: signing in, second factors, sessions.

The second step, the ceremonies of passkeys and their tables are django-allauth's; the pages and the
limits are ours. `sign_in` limits failed attempts by account and by network. `adapters` and `stages`
are what allauth calls: `stages` asks for the second factor. `factors` checks codes and recovery
codes, `sealing` encrypts secrets, `passkeys` reads what browsers send. `entrance`, `enrolment`,
`passkey_steps` and `own_account` are the pages, which `urls` lists; `own_sessions` lists sessions
and attempts. `inviting` and `resetting` send links, whose e-mails are in `letters`; `roles` are the
groups. See docs/decisions/0035-second-factors.md.
"""
