"""Typed models of the read API's responses, from which its OpenAPI description is generated.

Field names are those of the exports.
"""

import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Moment = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ?$")]
Url = Annotated[str, Field(json_schema_extra={"format": "uri"})]
Status = Literal["approved", "removed", "hidden"]
Kind = Literal["comment", "pingback", "trackback"]


class Answer(BaseModel):
    """A JSON object with these fields and no others."""

    model_config = ConfigDict(
        extra="forbid", serialize_by_alias=True, json_schema_serialization_defaults_required=True
    )


class ArticleLine(Answer):
    """An article in a list."""

    id: int = Field(description="Its key. Never changes.")
    title: str | None = Field(description="Null if the source gave none.")
    authors: list[str] = Field(description="In the order of the byline.")
    date: Moment | None = Field(
        description="When it was written: in UTC, or without a zone where the source named none."
        " Null if it is not known."
    )
    changed: Moment = Field(description="When its text or its authors changed last, in UTC.")
    closed: bool = Field(description="Whether the whole discussion is closed.")
    declared_count: int | None = Field(
        description="How many comments its source declared. Null if it declared none."
    )
    comment_count: int = Field(description="How many comments are public.")
    permalink: Url = Field(description="Its page.")
    json_url: Url = Field(alias="json", description="The same with text and comments.")


class ArticleList(Answer):
    """A page of articles."""

    articles: list[ArticleLine] = Field(description="Without their texts.")
    next: Url | None = Field(description="The following page. Null on the last.")


class Link(Answer):
    """A related link of an article."""

    label: str | None = Field(description="For example “related video:”.")
    text: str = Field(description="What it is.")
    url: str | None = Field(description="Null if its address was not preserved.")


class Comment(Answer):
    """A comment, or a placeholder for one."""

    number: int = Field(description="The number readers see.")
    parent: int | None = Field(
        description="The number of the comment it answers. Null if it answers the article."
    )
    depth: int = Field(description="How many comments it stands below.")
    reply_count: int = Field(description="How many public comments stand below it.")
    status: Status = Field(
        description="Of a comment that is not approved its place is given, where approved ones stand"
        " below it, and nothing else."
    )
    type: Kind | None = Field(default=None, description="A page that links here is no comment.")
    author: str | None = Field(
        default=None, description="A name as given, not verified. Null is anonymous."
    )
    by_article_author: bool = Field(
        default=False,
        description="Whether an editor confirmed that an author of the article wrote it.",
    )
    date: Moment | None = Field(
        default=None,
        description="When it was written: in UTC, or without a zone where the source named none."
        " Null if it is not known.",
    )
    edited: Moment | None = Field(
        default=None, description="When its writer changed it last, in UTC."
    )
    points: list[int] = Field(
        default_factory=list,
        description="The numbered points of the article that it is about, by its writer or as an"
        " editor confirmed.",
    )
    text: str | None = Field(
        default=None, description="As it was written, without markup if it came as HTML."
    )
    html: str | None = Field(default=None, description="As it is shown: safe HTML.")
    permalink: Url | None = Field(default=None, description="Its own address.")


class CommentOfArticle(Comment):
    """Return a comment with its article."""

    article: ArticleLine


class Article(ArticleLine):
    """An article with its text."""

    text: str = Field(description="Its text; an empty line parts paragraphs.")
    html: str = Field(description="Its text as safe HTML.")
    related: list[Link] = Field(description="What it points to at its end.")
    comments: list[Comment] = Field(
        description="A hundred at most, in the order of their numbers: a reply comes after what it"
        " answers, unless an editor moved it."
    )
    next: Url | None = Field(description="The following page. Null on the last.")


class Piece(Answer):
    """A part of an excerpt."""

    text: str = Field(description="Plain text.")
    is_match: bool = Field(description="Whether it is what was searched for.")


class Found(Answer):
    """A search result."""

    article: ArticleLine
    comment: Comment | None = Field(
        description="What was found on the article. Null if it is the article itself."
    )
    excerpt: list[Piece] = Field(
        description="The part of the text round the first match, or its beginning."
    )


class SearchPage(Answer):
    """A page of search results."""

    query: str = Field(
        description="What was asked for, on one line and no longer than a query may be."
    )
    notes: list[str] = Field(
        description="What of the query could not be used, in words for people."
    )
    count: int | None = Field(
        description="How many there are on this page and the following ones. Null for more than 200,"
        " and where only the newest texts with the words of a phrase were looked at: there may be a"
        " following page though this one is short or empty."
    )
    results: list[Found] = Field(description="Newest first, those without a date last.")
    next: Url | None = Field(description="The following page. Null on the last.")


class Problem(BaseModel):
    """An error as a problem document (RFC 9457)."""

    type: str = Field(description="Always about:blank: the status says it all.")
    title: str = Field(description="The name of the status.")
    status: int = Field(description="The status.")
    detail: str = Field(description="What to do about it.")


def as_json(answer: BaseModel) -> str:
    """Serialise a response."""
    return json.dumps(answer.model_dump(mode="json"), ensure_ascii=False)
