"""Admin pages."""

# Queries for the frame of every page: the name and look of the site, and how many comments wait.
FRAME = 2
