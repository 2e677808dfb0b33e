"""Wording of pages in many languages: the tables used by the reader of text captures.

Each table is a regular expression or a set for one short line. The modules that use a table decide
when it applies.
"""

from .body import *  # noqa: F403
from .comments import *  # noqa: F403
from .head import *  # noqa: F403
from .names import *  # noqa: F403
from .notices import *  # noqa: F403
