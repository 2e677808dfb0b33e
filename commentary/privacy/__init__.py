"""Personal data: what is deleted after some time."""
