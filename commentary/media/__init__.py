"""Pictures of articles: checked, stored once by what they hold, and made ready to be served.

`store` keeps one and returns its row; `pictures` decodes and encodes; `files` knows where the bytes
are in the storage of the site (Django's default storage: a folder, or what STORAGES names).
"""

from .files import open_copy, open_original
from .store import keep

__all__ = ["keep", "open_copy", "open_original"]
