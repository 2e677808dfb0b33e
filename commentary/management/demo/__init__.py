"""The demo site: what its readers and moderators did after the import of `fixtures/`."""
