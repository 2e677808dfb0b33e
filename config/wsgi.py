"""The WSGI entry point: ``gunicorn -c config/gunicorn.py``."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# What is loaded now stays; looking for garbage in it would take a fifth of the start.
gc.disable()
application = get_wsgi_application()
gc.freeze()
gc.enable()
