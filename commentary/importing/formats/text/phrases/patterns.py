"""Build patterns and sets from lists of words."""

import re
from typing import Any, cast


def any_of(words: str) -> str:
    """Return a pattern for any of the words, separated by white space; `_` is a space in a word."""
    found = {word.replace("_", " ") for word in words.split()}
    longest_first = sorted(found, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in longest_first) + ")"


def set_of(words: str) -> set[str]:
    """Return the set of words, separated by white space; `_` is a space in a word."""
    return {word.replace("_", " ") for word in words.split()}


class _LazyPattern:
    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern, self.flags = pattern, flags

    def __getattr__(self, name: str) -> Any:
        self.__dict__.update(
            (method, getattr(compiled, method))
            for compiled in [re.compile(self.pattern, self.flags)]
            for method in ("match", "fullmatch", "search", "finditer", "findall", "sub", "split")
        )
        return self.__dict__[name]


def lazy_re_compile(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return a pattern that is compiled when it is first used.

    Compiling those of all formats takes a fourth of the start of a command, which seldom needs them.
    """
    return cast("re.Pattern[str]", _LazyPattern(pattern, flags))


def whole_line(*patterns: str) -> re.Pattern[str]:
    """Return a case-insensitive pattern for a whole line."""
    return lazy_re_compile(r"\W{0,4}(?:" + "|".join(patterns) + r")\W{0,6}", re.I)


def button_line(*patterns: str) -> re.Pattern[str]:
    """Return a pattern for a line that is a button: with arrows and brackets, but no full stop."""
    return lazy_re_compile(r"[\W]{0,3}(?:" + "|".join(patterns) + r")[\s↓→»›>)\]…]{0,4}", re.I)
