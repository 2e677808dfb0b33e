"""Commands of `manage.py`, in `commands`, and the demo site that one of them loads, in `demo`."""
