"""Patterns and sets from lists of words."""

import re


def any_of(words: str) -> str:
    """An alternation of the words, parted by white space; `_` stands for a space in a word."""
    found = {word.replace("_", " ") for word in words.split()}
    longest_first = sorted(found, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in longest_first) + ")"


def set_of(words: str) -> set[str]:
    """The words, parted by white space; `_` stands for a space in a word."""
    return {word.replace("_", " ") for word in words.split()}


def whole_line(*patterns: str) -> re.Pattern[str]:
    """A pattern for a whole line, in any case."""
    return re.compile(r"\W{0,4}(?:" + "|".join(patterns) + r")\W{0,6}", re.I)


def button_line(*patterns: str) -> re.Pattern[str]:
    """A pattern for a whole line that is a button: arrows and brackets, but no end of a sentence."""
    return re.compile(r"[\W]{0,3}(?:" + "|".join(patterns) + r")[\s↓→»›>)\]…]{0,4}", re.I)
