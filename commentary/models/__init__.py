"""The database tables, one module per subject. Their queries are in `queries`.

`discussion` has the row that writers lock, with the version of pages and the counts; `comment`
protects its tree; `site` has the values of the whole site. `child_key` and `child_manager` make
sure that every statement about rows of a discussion contains the discussion; `row_key` is the key
of such a row in forms and URLs.
"""

from .article import Article, Author, Byline, FormerArticleSlug, FormerAuthorSlug, RelatedLink
from .audit import AuditEntry
from .claim import Claim
from .comment import Comment
from .digest import DigestPreference
from .discussion import Discussion
from .fixtures import fill as fill_fixtures
from .former_address import FormerAddress
from .former_anchor import FormerAnchor
from .gone_comment import GoneComment
from .import_change import ImportChange, UndoneRows
from .import_conflict import ImportConflict
from .invitation import Invitation
from .language_preference import LanguagePreference, choose_language, chosen_language
from .media import ArticlePicture, MediaFile
from .missed_address import MissedAddress
from .outbox import OutboxMessage, Schedule
from .point_link import PointLink
from .provenance import ImportedArticle, ImportRun, Source, SourceChunk
from .queries.comments import text_columns
from .repair import Repair, SiteProfile
from .report import Report
from .revision import Revision
from .row_key import RowKey, with_keys
from .rule import Rule
from .saved_text import SavedText
from .search import SearchRow
from .sign_in_attempt import SignInAttempt
from .site_audit import AuditHead, SiteAuditEntry
from .site_settings import (
    SiteFrame,
    SiteSettings,
    frame_variables,
    remembered_frame,
    site_frame,
)
from .staff_note import StaffNote
from .staff_session import StaffSession
from .submission import Submission
from .subscription import Subscription
from .text_page import PageVersion, TextPage
from .webhook import Webhook

__all__ = [
    "SavedText",
    "StaffNote",
    "Article",
    "ArticlePicture",
    "AuditEntry",
    "AuditHead",
    "Author",
    "Byline",
    "Claim",
    "Comment",
    "DigestPreference",
    "Discussion",
    "FormerAddress",
    "FormerAnchor",
    "FormerArticleSlug",
    "FormerAuthorSlug",
    "GoneComment",
    "ImportChange",
    "ImportConflict",
    "ImportRun",
    "ImportedArticle",
    "LanguagePreference",
    "MediaFile",
    "MissedAddress",
    "OutboxMessage",
    "PageVersion",
    "RelatedLink",
    "Repair",
    "Report",
    "Revision",
    "RowKey",
    "Rule",
    "Schedule",
    "SearchRow",
    "Invitation",
    "SignInAttempt",
    "StaffSession",
    "SiteAuditEntry",
    "SiteFrame",
    "SiteProfile",
    "SiteSettings",
    "Source",
    "SourceChunk",
    "Submission",
    "Subscription",
    "TextPage",
    "Webhook",
    "PointLink",
    "UndoneRows",
    "choose_language",
    "fill_fixtures",
    "chosen_language",
    "remembered_frame",
    "frame_variables",
    "site_frame",
    "text_columns",
    "with_keys",
]
