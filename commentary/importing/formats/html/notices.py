"""Notices that comments are closed."""

import re

from ..text import phrases
from ..text.phrases.patterns import lazy_re_compile

SENTENCE_END = lazy_re_compile(r"(?<=[.!?。])\s+")
# Closing notices that the text reader doesn't know.
CLOSED = lazy_re_compile(
    r"\W{0,4}(?:commenting (?:is|has been|has) (?:now )?(?:closed|expired|disabled)(?: for .{0,60})?|"
    r"(?:the )?author does not allow comments(?: to .{0,40})?|comments? ha(?:s|ve) expired.{0,40}|"
    r"commenting is (?:not|no longer) available .{0,40}|"
    r"(?:this )?(?:topic|thread|discussion) (?:is |has been |was )?(?:now )?(?:archived and (?:is )?(?:now )?)?(?:locked|closed)(?: .{0,80})?|"
    r"(?:the )?time for commenting .{0,40}(?:over|expired)|you (?:can ?not|may not) (?:post|add) (?:any )?(?:new )?comments.{0,40}|"
    r"der autor (?:erlaubt|gestattet) keine kommentare.{0,40}|die kommentarfunktion .{0,80}(?:geschlossen|deaktiviert)|"
    r"l['’]auteur n['’]autorise pas les commentaires.{0,40}|el autor no permite comentarios.{0,40}|"
    r"это (?:закрытая тема|обсуждение закрыто)|тема закрыта)\W{0,6}",
    re.I,
)


def closing_notice(text: str) -> str:
    """Return the sentence of a short text that says comments are closed, or ""."""
    for sentence in [text, *SENTENCE_END.split(text)]:
        if phrases.CLOSED.fullmatch(sentence) or CLOSED.fullmatch(sentence):
            return sentence
    return ""
