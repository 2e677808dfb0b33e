"""What the application says about itself while it runs: events in the log, and metrics.

Imports nothing from the project, so that every other package can use it. `monitoring` writes the
records of requests and serves the metrics.
"""
