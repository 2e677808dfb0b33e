"""Records every request in the log and in the metrics, and serves the metrics."""
