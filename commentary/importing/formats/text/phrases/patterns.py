"""Build patterns and sets from lists of words."""

import re


def any_of(words: str) -> str:
    """Return a pattern for any of the words, separated by white space; `_` is a space in a word."""
    found = {word.replace("_", " ") for word in words.split()}
    longest_first = sorted(found, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in longest_first) + ")"


def set_of(words: str) -> set[str]:
    """Return the set of words, separated by white space; `_` is a space in a word."""
    return {word.replace("_", " ") for word in words.split()}


def whole_line(*patterns: str) -> re.Pattern[str]:
    """Return a case-insensitive pattern for a whole line."""
    return re.compile(r"\W{0,4}(?:" + "|".join(patterns) + r")\W{0,6}", re.I)


def button_line(*patterns: str) -> re.Pattern[str]:
    """Return a pattern for a line that is a button: with arrows and brackets, but no full stop."""
    return re.compile(r"[\W]{0,3}(?:" + "|".join(patterns) + r")[\s↓→»›>)\]…]{0,4}", re.I)
