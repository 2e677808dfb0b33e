"""The demo site: what its commenters and moderators do after the import of `fixtures/`."""
