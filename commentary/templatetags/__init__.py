"""Tags and filters for templates, all in `commentary`: dates, names, links and counts."""
