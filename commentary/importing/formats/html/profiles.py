"""Selectors for comments, by family of pages.

Profiles of specific programs come first, then those with general conventions. A selector may match
nothing: missing fields are detected by shape.
"""

from .profile import Profile
from .thread_profiles import COMMUNITIES, THREADS

PROFILES = (
    *THREADS,
    *COMMUNITIES,
    Profile(
        "discourse",
        signs=("crawler-post",),
        items=".crawler-post",
        author=(".creator [itemprop=name]", ".creator"),
        url=(".creator a[itemprop=url]", ".creator a"),
        date=("time.post-time[datetime]", "time[datetime]"),
        body=(".post[itemprop]", ".post"),
        furniture="aside.quote[data-post], .post-likes, .crawler-linkback-list, [itemprop=position], .crawler-post-infos span",
        article_first=True,
        permalink="/",
    ),
    Profile(
        "phpbb",
        signs=(
            "postbody",
            "viewtopic",
        ),
        items="div.post[id^=p], tr.post[id^=p]",
        item_id=r"p\d+",
        author=("p.author strong", "p.author .username", ".author .username", ".username"),
        url=("p.author strong a", "p.author a.username", "a.username"),
        date=("p.author time[datetime]", "p.author", ".author time"),
        body=(".postbody .content", ".content"),
        furniture=".signature, .postprofile, .notice, .post-buttons, .back2top, .profile-icons, .attachbox",
        article_first=True,
    ),
    Profile(
        "phpbb-2",
        signs=("postbody",),
        items="tr:has(> td > .name)",
        requires="tr > td > .name a[name], tr > td > a[name] + .name",
        author=(".name b", ".name"),
        date=("[class^=row] table .postdetails", ".postdetails"),
        body=(".postbody",),
        furniture=".gensmall, .signature, .gen",
        article_first=True,
    ),
    Profile(
        "wpdiscuz",
        signs=(
            "wpd-comment",
            "wc-comment",
        ),
        items=".wpd-comment, .wc-comment",
        author=(".wpd-comment-author", ".wc-comment-author"),
        date=(".wpd-comment-date[title]", ".wpd-comment-date", ".wc-comment-date"),
        body=(".wpd-comment-text", ".wc-comment-text"),
        furniture=".wpd-reply-to, .wpd-tools, .wpd-vote, .wc-comment-link, .wpd-comment-label, "
        ".wc-comment-label, .wpd-comment-link, .wpd-comment-last-edited, .wc-footer-left",
        pending=".wpd-unapproved-comment, .wc-awaiting-approval",
    ),
    Profile(
        "intensedebate",
        signs=("idc-c",),
        items=".idc-c",
        author=(".idc-a", ".idc-c-h-inner a"),
        url=("a.idc-a",),
        date=(".idc-time [title]", ".idc-i[title]", ".idc-time"),
        body=(".idc-c-t-inner", ".idc-c-t"),
        furniture=".idc-v, .idc-c-m, .idc-avatar",
    ),
    Profile(
        "disqus",
        signs=("post-message",),
        items="#posts li.post, #post-list li.post, .post-list li.post",
        item_id=r"post-\d+",
        requires="li.post .post-message",
        author=(".post-byline .author", ".post-byline [data-role=username]"),
        url=(".post-byline .author a", ".post-byline a[data-role=username]"),
        date=(".time-ago[title]", ".post-meta [title]"),
        body=(".post-message",),
        furniture=".post-menu, .post-byline .parent, .post-meta .bullet, .comment__footer, .indicator, .badge",
    ),
    Profile(
        "substack",
        signs=("comment-list",),
        items="div.comment",
        requires=".comment-list-items, #discussion.comments-page",
        author=(".comment-meta .commenter-name", ".comment-meta > span:first-child"),
        url=(
            ".comment-meta .commenter-name",
            ".comment-meta > span:first-child a",
            ".comment-meta a[href*='/profile/']",
        ),
        date=(".comment-timestamp", ".comment-meta > span + span", ".comment-meta time"),
        body=(".comment-body",),
        furniture=".comment-actions, .collapsed-reply",
        permalink="/comment/",
    ),
    Profile(
        "livejournal",
        signs=("ljcmt",),
        items="div[id^=ljcmt], table[id^=ljcmt]",
        item_id=r"ljcmt\d+",
        author=(".ljuser", "[id^=cmtbar] i", "[id^=ljcmt] > i"),
        url=(".ljuser a[href]",),
        body=("[id^=cmtbar] + div", "[id^=ljcmt] > div:not([id^=cmtbar])"),
        furniture="p > font > a, .cmtbar a[href*=thread], [id^=ljcmt] > div > a[href*='replyto='], "
        "[id^=ljcmt] > div > a[href*='thread=']",
    ),
    Profile(
        "livejournal-new",
        signs=(
            "b-leaf",
            "p-comment",
        ),
        items=".b-leaf[id], .b-leaf[data-tid], .p-comment[data-full], .p-comment[data-username]",
        author=(".b-leaf-username .ljuser", ".b-leaf-username", ".ljuser"),
        url=(".ljuser a[href]",),
        date=(".b-leaf-createdtime", ".comment-datetimelink", "time"),
        body=(".b-leaf-article", ".b-leaf-body"),
        furniture=".b-leaf-actions, .b-leaf-controls, .b-leaf-footer, .b-leaf-header .b-leaf-actions",
    ),
    Profile(
        "dreamwidth",
        signs=("comment-depth",),
        items=".comment-thread[data-comment-depth], .comment-thread[class*=comment-depth]",
        author=(".comment-poster .ljuser", ".comment-poster", ".poster"),
        url=(".comment-poster .ljuser a[href]",),
        date=(".datetime",),
        body=(".comment-content",),
        furniture=".comment-footer, .footer, .userpic, .multiform-checkbox, .edittime",
        pending=".screened",
        depth="data-comment-depth",
    ),
    Profile(
        "blogger-threaded",
        signs=("comment-thread",),
        items=".comment-thread li.comment",
        author=("cite.user", ".comment-header cite"),
        url=("cite.user a", ".comment-header cite a"),
        date=(".datetime a", ".datetime"),
        body=(".comment-content", ".comment-body"),
        furniture=".comment-actions, .thread-toggle, .thread-count, .continue, .icon",
        deleted=".deleted-comment",
    ),
    Profile(
        "blogger",
        signs=(
            "comment-timestamp",
            "comments-block",
            "comment-author",
        ),
        items="dl#comments-block > dt, dl.avatar-comment-indent > dt, #comments dl > dt, "
        ".comments dl > dt.comment-author",
        tail="dd",
        requires="dd.comment-body, dd.comment-timestamp, dd.comment-footer, .comment-timestamp",
        author=("dt.comment-author", "dt.comment-poster", "dt"),
        date=(".comment-timestamp a", ".comment-timestamp", ".comment-footer"),
        body=("dd.comment-body", ".comment-body", "dd.comment-data"),
        furniture=".item-control, .comment-delete, .avatar-image-container",
        deleted=".deleted-comment",
    ),
    Profile(
        "drupal",
        signs=(
            "submitted",
            "comment__",
            "comment-body",
            "indented",
            "Comment",
        ),
        items="article.js-comment, article.comment, div.comment[about*=comment], "
        "div.comment[typeof*=Comment], #comments div.comment, .comment-wrapper div.comment, "
        ".indented > div.comment, div.comment.ajax-comment, div.comment",
        requires=".comment .submitted, .comment__submitted, .comment__meta, .comment__author, "
        ".field-name-comment-body, .field--name-comment-body, .comment + .indented, "
        "[typeof*=Comment]",
        author=(
            ".commenter-name .username",
            ".comment__author",
            ".submitted .username",
            ".comment__submitted .username",
            ".username",
            "[property='foaf:name']",
            "[rel='schema:author'] [property='schema:name']",
        ),
        url=(".submitted a.username", ".comment__submitted a.username", "a.username"),
        date=(
            "[property~='dc:created']",
            "[property~='dc:date']",
            "[property='schema:dateCreated']",
            ".comment-time",
            ".comment__time",
            ".submitted time",
            ".submitted",
            ".comment__submitted",
        ),
        body=(
            ".field-name-comment-body .field-item",
            "[property='schema:text']",
            ".field--name-comment-body",
            ".comment__content .content",
            ".content",
        ),
        furniture=".links, .permalink, .comment-permalink, .user-picture, .new, .comment__permalink, "
        "[property='dc:title'], .user-signature, .comment__new, .comment-title, .comment__title",
        pending=".unpublished, .comment-unpublished",
    ),
    Profile(
        "serendipity",
        signs=("serendipity_comment",),
        items=".serendipity_comment, div[id^=serendipity_comment_]",
        author=(".comment_source_author", "h4 a", "h4", "cite"),
        url=("a.comment_source_url", ".comment_source_author a", "h4 a"),
        date=("time[datetime]", ".comment_source_date", ".comment_source_ownerreply"),
        body=(".serendipity_commentBody", ".comment_content"),
        furniture=".comment_source_trace, .comment_source_ctag, .comment_reply, .reply_origin",
        deleted=".serendipity_comment_deleted",
    ),
    Profile(
        "b2evolution",
        signs=(
            "bComment",
            "evo_comment",
        ),
        items="div.bComment, article.evo_comment, div.evo_comment",
        author=(
            ".bCommentTitle .identity_link_username",
            ".evo_comment_title .login",
            ".bUser",
            ".bCommentTitle",
            ".evo_comment_title .user",
        ),
        date=("time[datetime]", ".bCommentTitle", ".evo_comment_title"),
        body=(".bCommentText", ".evo_comment_text"),
        furniture=".bCommentSmallPrint, .evo_comment_footer, .permalink, .permalink_right, .permalink_id",
    ),
    Profile(
        "jcomments",
        signs=(
            "comment-anchor",
            "rbox",
        ),
        items="#comments-list .rbox, #comments-list > div:not(:has(.rbox)), .comments-list > div:not(:has(.rbox))",
        requires="#comments-list .rbox, .comment-box .comment-anchor, .rbox .comment-anchor",
        author=(".comment-author", ".author-homepage"),
        url=("a.author-homepage",),
        date=(".comment-date",),
        body=(".comment-body",),
        furniture=".comment-anchor, .comments-vote, .comments-buttons, .comment-title, .comments-answer, .rbox_tr",
    ),
    Profile(
        "textpattern",
        signs=(
            "comments-list",
            "comments_list",
            'class="comments"',
        ),
        items="ol.comments-list > li, ol.comments_list > li, article.comments",
        item_id=r"c\d{6}",
        author=("[itemprop=author] [itemprop=name]", "[itemprop=creator] [itemprop=name]"),
        date=("time[itemprop=dateCreated]", "time[datetime]"),
        body=("[itemprop=text]", ".comment-content"),
    ),
    Profile(
        "typecho",
        signs=(
            "comment-children",
            "comment-body",
        ),
        items="li.comment-body[id^=li-comment], li.comment-body, .comment-list > li.comment-body, "
        "div.comment-body[id^=comment-], li[id^=comment-].comment-body",
        requires="li.comment-body, .comment-children",
        author=(".comment-author .fn", ".comment-author cite", ".comment-author"),
        url=(".comment-author .fn a", ".comment-author a"),
        date=("time[datetime]", ".comment-meta time", ".comment-meta"),
        body=(".comment-content",),
        furniture=".comment-reply, .comment-awaiting-moderation",
        pending=".comment-awaiting-moderation",
    ),
    Profile(
        "thesis",
        signs=("comment_list",),
        items="dl#comment_list dt, dl.children > dt",
        tail="dd",
        requires="dl#comment_list",
        author=(".comment_author",),
        url=(".comment_author a",),
        date=(".comment_time a", ".comment_time"),
        body=("[id^=comment-body-]", ".format_text"),
        furniture=".reply, .comment_num, .avatar",
    ),
    Profile(
        "typepad",
        signs=("comment-6a0",),
        items="div.comment[id^=comment-6a0], div.comment[id^=comment-]",
        item_id=r"comment-6a0[0-9a-f]+",
        author=(".comment-footer a[rel=nofollow]:not([href*=cid])", ".comment-footer cite"),
        date=("abbr.published[title]", ".comment-footer"),
        body=(".comment-content",),
    ),
    Profile(
        "movabletype",
        signs=("comments-content",),
        items="#comments-content > .comment, .comments-content > .comment, .comments-content article.comment",
        requires=".comment-header, .comment-footer, .comments-header",
        author=(".comment-header .author", ".vcard.author", ".comment-footer .author"),
        url=(".comment-header .author a", ".vcard.author a"),
        date=("abbr.published[title]", "time[datetime]", ".comment-footer", ".comment-header"),
        body=(".comment-content",),
    ),
    Profile(
        "movabletype-old",
        signs=(
            "comments-body",
            "comments-post",
            "posted",
        ),
        items="div.comments-body:not(:has(> .comments-post ~ .comments-post)), .comments-body > a[name^=c], "
        "div[id^=c].comments-body, #comments a[name^=c], .comments a[name^=c], "
        ".blogbody > a[name^=c], #content a[name^=c], body > a[name^=c], "
        ".comments-body > div[id^=c], .comments > div[id^=c]",
        item_id=r"c\d+",
        tail="siblings",
        requires=".comments-post, .posted, .comments-body, .comments-head",
        author=(".comments-post a", ".posted a"),
        date=(".comments-post", ".posted"),
        furniture=".comments-head",
    ),
    Profile(
        "blogger-classic",
        signs=("omments",),
        items="#comments a[name], .blogComments a[name], .comments a[name], #blogcomments a[name]",
        item_id=r"c?\d{8,}",
        tail="siblings",
        date=(".comment-timestamp", ".byline"),
    ),
    Profile(
        "h-entry",
        signs=(
            "u-comment",
            "p-comment",
            "h-cite",
        ),
        items=".u-comment, .p-comment, .h-cite.comment, .h-entry .h-cite[id]",
        author=(".p-author .p-name", ".p-author"),
        url=("a.p-author", ".p-author .u-url", ".p-author a"),
        date=("time.dt-published[datetime]", ".dt-published"),
        body=(".e-content", ".p-content"),
    ),
    Profile(
        "wordpress",
        signs=(
            "comment",
            "pingback",
            "trackback",
        ),
        items="li[id^=comment-], li[id^=li-comment-], div[id^=comment-], article[id^=comment-], "
        "section[id^=comment-], tr[id^=comment-], td[id^=comment-], p[id^=comment-], "
        "div[id^=div-comment-], li.comment, li.pingback, li.trackback, .wp-block-comment-template > li, "
        "ol.commentlist > li, ol.comment-list > li, ul.commentlist > li, ul.comment-list > li, "
        "ol#commentlist > li, ol.ping-list > li, ol.pinglist > li, ol.pingbacklist > li",
        item_id=r"(?:li-|div-)?comment-(?:\d+|(?=[A-Za-z-]*\d)(?=\d*[A-Za-z-])[A-Za-z0-9]{4,40}|[0-9a-f]{8}(?:-[0-9a-f]{4,12}){4})",
        author=(
            ".wp-block-comment-author-name",
            ".comment-author [itemprop=name]",
            ".comment-author .fn",
            "cite.fn",
            ".fn",
            ".comment-author-name",
            ".comment__author-name",
        ),
        url=(".comment-author a.url", ".fn a", "a.url"),
        date=(
            ".wp-block-comment-date time",
            ".comment-metadata time",
            ".comment-meta time",
            "time[datetime]",
            ".comment-date",
            ".commentmetadata",
            ".comment-time",
            ".comment_time",
        ),
        body=(
            ".wp-block-comment-content",
            ".comment-content",
            ".comment-text",
            ".comment_text",
            ".comment_content",
            ".commenttext",
            ".comment__content",
            ".comment-body",
        ),
        pending=".comment-awaiting-moderation, p.alert",
    ),
    Profile(
        "microdata",
        signs=("/Comment", "UserComments", "comment", "Comment", "/Answer"),
        items="[itemtype$='/Comment'], [itemtype$='/Answer'], [itemtype$='/UserComments'], [itemprop~=comment][itemscope], "
        "[typeof~='schema:Comment'], [typeof~='sioct:Comment'], [typeof='Comment']",
        author=(
            "[itemprop~=author] [itemprop~=name]",
            "[itemprop~=creator] [itemprop~=name]",
            "[itemprop~=author]",
            "[itemprop~=creator]",
            "[property='schema:author']",
            "[property='author'] [property='name']",
        ),
        url=(
            "[itemprop~=author] [itemprop~=url]",
            "[itemprop~=creator] [itemprop~=url]",
            "[property='author'] [property='url']",
        ),
        date=(
            "[itemprop~=dateCreated]",
            "[itemprop~=datePublished]",
            "[itemprop~=commentTime]",
            "[property='dateCreated']",
            "[property='datePublished']",
        ),
        body=("[itemprop~=text]", "[itemprop~=commentText]", "[property='text']"),
    ),
    Profile(
        "hatom",
        signs=("hentry",),
        items=".hentry",
        requires=".hentry .entry-content, .hentry .entry-summary",
        author=(".author .fn", ".fn", ".author"),
        url=(".author a.url", "a.fn", ".author a"),
        date=(".published .value-title", "abbr.published", "time.published", ".published"),
        body=(".entry-content", ".entry-summary"),
        article_first=True,
    ),
)
BY_NAME = {profile.name: profile for profile in PROFILES}

# Parts of a page that contain no comments, whatever their classes.
NEVER_WITHIN = (
    ".widget_recent_comments, #recentcomments, .recentcomments, .recent-comments, .recent_comments, "
    ".wp-block-latest-comments, [class*=recent-comment], [class*=latest-comment], [id*=recent-comment], "
    "[id*=latest-comment], [class*=recentcomment], #respond, .comment-respond, #commentform, form, "
    "pre, code, textarea, template, nav, .widget_recent_entries, .jp-relatedposts, "
    ".related-posts, .relatedposts, aside.widget, .widget-area .widget, #sidebar, .sidebar"
)
# Containers of all comments.
AREAS = (
    "#comments, .comments-area, #Comments, .comments, .comment-wrapper, .entry-comments, .entry-pings, "
    "#comments-area, #commentarea, .comments-section, .comments-page, .wp-block-comments, "
    ".wp-block-post-comments, #wpdcom, #comments-wrapper, .comment-list, .commentlist, #commentlist, "
    "#comment_list, #comments-content, #comments-block, #discussion, .comment-thread, #comment-holder, "
    ".serendipity_comments, #serendipity_comments, #comments-list, #jc, #kommentare, .kommentare, "
    "#commentaires, .commentaires, #comentarios, .comentarios, #commentblock, .blogComments, "
    "#idc-container, #comment-section, .comment-section, .b-tree-root, #trackbacks, .trackbacks, #pings"
)
# Forms and invitations to comment, before or after the comments.
FORM_NAMES = frozenset(
    (
        "respond",
        "comment-respond",
        "commentform",
        "comment-form",
        "comments-open",
    )
)
FORMS = ", ".join(f"#{name}, .{name}" for name in sorted(FORM_NAMES))
