"""What the pages of many sites and languages say: the tables the reader of text captures goes by.

Each table is a regular expression or a set; all are meant for one short line. Nothing here
decides anything; the modules that use a table say where it counts.
"""

from .body import *  # noqa: F403
from .comments import *  # noqa: F403
from .head import *  # noqa: F403
from .names import *  # noqa: F403
from .notices import *  # noqa: F403
