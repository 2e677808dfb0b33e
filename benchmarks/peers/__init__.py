"""Comparison with other products on the same data: ``make bench-peers``, see docs/performance.md."""
