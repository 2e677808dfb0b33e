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


class AuthorData(Answer):
    """An author of an article."""

    name: str = Field(description="The name.")
    biography: str | None = Field(description="One or two sentences, as plain text. Null if none.")
    picture: Url | None = Field(description="URL of a picture of the author. Null if none.")
    permalink: Url = Field(description="URL of the page with their articles.")


class ArticleLine(Answer):
    """An article in a list."""

    id: int = Field(description="Unique id. Never changes.")
    title: str | None = Field(description="Null if the source has no title.")
    authors: list[str] = Field(description="Names of the authors, in byline order.")
    date: Moment | None = Field(
        description="When it was written, in UTC; without an offset if the time zone is unknown. Null if"
        " unknown."
    )
    changed: Moment = Field(description="When the text or authors last changed, in UTC.")
    closed: bool = Field(description="Whether comments are closed for the whole article.")
    declared_count: int | None = Field(
        description="Number of comments declared by the source. Null if not declared."
    )
    comment_count: int = Field(description="Number of public comments.")
    permalink: Url = Field(description="URL of the page.")
    json_url: Url = Field(
        alias="json", description="URL of this article as JSON, with text and comments."
    )


class ArticleList(Answer):
    """A page of articles."""

    articles: list[ArticleLine] = Field(description="The articles, without text.")
    next: Url | None = Field(description="URL of the next page. Null on the last page.")


class ArticleLink(Answer):
    """A related link of an article."""

    label: str | None = Field(description="The kind of link, for example “related video:”.")
    text: str = Field(description="The title of the linked page.")
    url: str | None = Field(description="Null if the URL was not preserved.")


class PublicComment(Answer):
    """A comment, or a placeholder for one."""

    number: int = Field(description="The number shown to readers.")
    parent: int | None = Field(
        description="The number of the comment it replies to. Null for a top-level comment."
    )
    depth: int = Field(description="Nesting level; 0 for a top-level comment.")
    reply_count: int = Field(description="Number of public replies at all levels below.")
    status: Status = Field(
        description="Comments that are not approved appear only if they have approved replies, and"
        " without their content."
    )
    type: Kind | None = Field(
        default=None, description="Pingbacks and trackbacks are pages that link to the article."
    )
    author: str | None = Field(
        default=None, description="The name as signed, not verified. Null if anonymous."
    )
    by_article_author: bool = Field(
        default=False,
        description="Whether an editor confirmed that an author of the article wrote it.",
    )
    by_staff: bool = Field(
        default=False, description="Whether an editor of the site wrote it, signed in."
    )
    date: Moment | None = Field(
        default=None,
        description="When it was written, in UTC; without an offset if the time zone is unknown. Null if"
        " unknown.",
    )
    edited: Moment | None = Field(
        default=None, description="When its text was last edited, in UTC."
    )
    edited_by_editor: bool = Field(
        default=False, description="Whether an editor of the site changed the text."
    )
    points: list[int] = Field(
        default_factory=list,
        description="Numbers of the article’s points it is linked to, by its writer or an editor.",
    )
    language: str | None = Field(
        default=None,
        description="The language of the text as a tag such as “pt-BR”: its own, or else that of the"
        " article. Null if unknown.",
    )
    text: str | None = Field(
        default=None, description="The text as written; without markup if it was imported as HTML."
    )
    html: str | None = Field(default=None, description="The text as safe HTML.")
    permalink: Url | None = Field(default=None, description="URL of the comment.")


class CommentOfArticle(PublicComment):
    """A comment together with its article."""

    article: ArticleLine


class ArticleWithComments(ArticleLine):
    """An article with its text."""

    author_details: list[AuthorData] = Field(description="The authors, in byline order.")
    text: str = Field(description="The text, with blank lines between paragraphs.")
    html: str = Field(description="The text as safe HTML.")
    related: list[ArticleLink] = Field(description="Links at the end of the article.")
    comments: list[PublicComment] = Field(
        description="Up to 100 comments, by number. Replies follow their parents unless an editor"
        " moved them."
    )
    next: Url | None = Field(description="URL of the next page. Null on the last page.")


class ExcerptPart(Answer):
    """A part of an excerpt."""

    text: str = Field(description="Plain text.")
    is_match: bool = Field(description="Whether this part matches the query.")


class SearchResult(Answer):
    """A search result."""

    article: ArticleLine
    comment: PublicComment | None = Field(
        description="The comment found. Null if the article itself was found."
    )
    excerpt: list[ExcerptPart] = Field(
        description="The text around the first match, or the beginning of the text."
    )


class SearchPage(Answer):
    """A page of search results."""

    query: str = Field(description="The query, on one line and cut to the maximum length.")
    notes: list[str] = Field(description="Messages about parts of the query that were ignored.")
    count: int | None = Field(
        description="Number of results on this page and all later ones. Null if there are more than"
        " 200, or if only the newest texts were searched for a phrase: there may be a next page even"
        " if this one is short or empty."
    )
    results: list[SearchResult] = Field(description="Newest first, undated results last.")
    next: Url | None = Field(description="URL of the next page. Null on the last page.")


class Problem(BaseModel):
    """An error as a problem document (RFC 9457)."""

    type: str = Field(description="Always about:blank.")
    title: str = Field(description="The name of the HTTP status.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What went wrong, and what to do.")


def as_json(answer: BaseModel) -> str:
    """Serialise a response."""
    return json.dumps(answer.model_dump(mode="json"), ensure_ascii=False)
