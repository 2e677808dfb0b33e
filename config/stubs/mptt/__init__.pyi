"""Types of what Commentary uses of django-mptt, which has none."""
