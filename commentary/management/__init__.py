"""The commands of `manage.py`, in `commands`, and the demo site for one of them, in `demo`."""
