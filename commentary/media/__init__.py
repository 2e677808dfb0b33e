"""Pictures of articles: checked, stored once by digest, and served as copies.

`store` keeps a picture and returns its row; `pictures` decodes and encodes; `files` reads and
writes the bytes in the site's default storage (a folder, or what STORAGES names).
"""

from .files import open_copy, open_original
from .store import restore_picture, store_picture

__all__ = ["restore_picture", "store_picture", "open_copy", "open_original"]
