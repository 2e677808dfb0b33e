"""Pictures of articles: checked, stored once by digest, and served as copies.

`store` keeps a picture and returns its row; `pictures` decodes and encodes; `files` reads and
writes the bytes in the site's default storage (a folder, or what STORAGES names).
"""

from .files import open_copy, open_original
from .store import remove_copies, restore_copies, restore_picture, store_picture

__all__ = [
    "open_copy",
    "open_original",
    "remove_copies",
    "restore_copies",
    "restore_picture",
    "store_picture",
]
