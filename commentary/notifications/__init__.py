"""What the site sends: e-mails, by a worker and never during a request.

Whatever is to be sent becomes a row of the outbox (`models/outbox.py`), in the transaction of the
event that it is about. `worker` takes one row after the other: `messages` makes the text from what
the database has now, and `transport` hands it to the mail server. A row is deleted when the server
has accepted the mail, and tried again otherwise. See docs/decisions/0034-outbox.md.
"""
