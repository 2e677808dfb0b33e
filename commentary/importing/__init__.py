"""Articles and comments from elsewhere: formats read files into records, `store` writes records."""
