"""The moderation queue: `views` serve it, `filters` say which comments it lists, `items` and `context`
are what it shows of them, and `labels` are its words. Whatever a reader wrote leaves here as text."""
