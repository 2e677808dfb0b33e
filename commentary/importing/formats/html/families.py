"""Selectors for articles by theme and program.

A match is evidence, not proof: the element must still look like an article. The rows start with
specific programs, then conventions, then anything a page may have.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from .profile import Profile
from .thread_profiles import THREADS


@dataclass(frozen=True)
class Family:
    """Selectors of one family, each list best first. `marks` identify pages of the family (empty
    for any page); `generator` is the start of `meta[name=generator]`. `container` is the article
    with title and byline, `body` its text, `cut` the parts of the body to remove. `takes_first`
    means that the first match is the article and the others are answers to it.
    """

    name: str
    marks: str = ""
    generator: str = ""
    container: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    cut: str = ""
    takes_first: bool = False


def _selectors_within(profile: Profile, selectors: tuple[str, ...]) -> tuple[str, ...]:
    """Return selectors that match only within the posts of a thread."""
    if profile.tail:
        return selectors
    items = profile.items.split(", ")
    return tuple(", ".join(f"{item} {selector}" for item in items) for selector in selectors)


def _families_of_threads() -> Iterator[Family]:
    """Return a family for each kind of thread: the article is the first post."""
    for profile in THREADS:
        yield Family(
            profile.name,
            marks=profile.requires or profile.items,
            container=(profile.items,),
            body=_selectors_within(profile, profile.body),
            title=(profile.thread_title,) if profile.thread_title else (),
            author=_selectors_within(profile, profile.author),
            date=_selectors_within(profile, profile.date),
            cut=profile.furniture,
            takes_first=True,
        )


THREAD_FAMILIES = tuple(_families_of_threads())
FAMILIES = (
    *THREAD_FAMILIES,
    Family(
        "stack-exchange",
        marks="#question .js-post-body, #question .post-text",
        container=("#question",),
        body=("#question .js-post-body", "#question .post-text"),
        title=("#question-header h1",),
        author=("#question .owner .user-details a", "#question .user-details a"),
        date=("#question .owner .user-action-time [title]", "#question .user-action-time [title]"),
        takes_first=True,
    ),
    Family(
        "hacker-news",
        marks="table.fatitem",
        container=("table.fatitem",),
        body=(".fatitem .toptext", ".fatitem tr:nth-child(4) td:nth-child(2)"),
        title=(".fatitem .titleline > a", ".fatitem a.storylink", ".fatitem .title a"),
        author=(".fatitem .hnuser",),
        date=(".fatitem .age[title]", ".fatitem .age"),
        takes_first=True,
    ),
    Family(
        "lobsters",
        marks=".story_liner",
        container=("#inside",),
        body=(".story_content .story_text", ".story_text"),
        title=(".story_liner .link a", ".story_liner .u-url"),
        author=(".story_liner .u-author", ".story_liner .byline a[href^='/~']:last-of-type"),
        date=(".story_liner .byline [title]",),
        takes_first=True,
    ),
    Family(
        "reddit",
        marks=".linklisting .thing.link",
        container=(".linklisting .thing.link",),
        body=(".linklisting .thing.link .usertext-body .md",),
        title=(".linklisting .thing.link a.title",),
        author=(".linklisting .thing.link .tagline .author",),
        date=(".linklisting .thing.link .tagline time[datetime]",),
        takes_first=True,
    ),
    Family(
        "habr",
        marks=".post__text, .tm-article-body, .article-formatted-body",
        container=("article.post", ".tm-article-presenter__content", ".post"),
        body=(".post__text", ".article-formatted-body", ".tm-article-body"),
        title=(".post__title-text", ".tm-title", ".post__title"),
        author=(
            ".post__meta .user-info__nickname",
            ".tm-article-snippet .tm-user-info__username",
            ".tm-user-info__username",
        ),
        date=(
            ".post__time[data-time_published]",
            ".tm-article-datetime-published time",
            ".post__time",
        ),
    ),
    Family(
        "discourse",
        marks=".crawler-post",
        generator="discourse",
        container=("#post_1", ".crawler-post:first-of-type"),
        body=("#post_1 .post", ".crawler-post .post"),
        title=("#topic-title h1", "meta[itemprop=headline]"),
        author=("#post_1 .creator [itemprop=name]", ".crawler-post .creator"),
        date=("#post_1 time[datetime]", ".crawler-post time[datetime]"),
        cut=".crawler-linkback-list, .post-likes, .meta",
    ),
    Family(
        "phpbb",
        marks="#phpbb, .phpbb, a[href*='viewtopic.php']",
        container=("div.post",),
        body=(
            "div.post .postbody .content",
            "div.post .content",
            "td.postbody .postbody",
            "span.postbody",
        ),
        title=("h2.topic-title", "#page-body h2 a", "a.maintitle", "#pageheader h2"),
        author=("div.post p.author strong", "div.post .username", ".postauthor", ".name b"),
        date=("div.post p.author time", "div.post p.author", "[class^=row] table .postdetails"),
        cut=".signature, .notice, .attachbox, .back2top",
        takes_first=True,
    ),
    Family(
        "dreamwidth",
        marks=".dwexpcomment, .entry-poster .ljuser",
        container=(".entry",),
        body=(".entry .entry-content",),
        title=(".entry .entry-title",),
        author=(".entry .poster .ljuser", ".entry .entry-poster .ljuser"),
        date=(".entry .datetime",),
        cut=".tag, .metadata, .entry-management-links",
    ),
    Family(
        "livejournal",
        marks="span[class*=ljuser], .ljcmt_full, #ljcmt_full, .aentry-post, .b-singlepost",
        container=(".aentry-post", ".b-singlepost", ".entry-wrap", ".entry"),
        body=(
            ".aentry-post__text",
            ".b-singlepost-body",
            ".entry-text",
            ".entry-content",
            ".entry .entry_text",
            ".entry .entrytext",
        ),
        title=(".aentry-post__title", ".b-singlepost-title", ".entry-title", "font[face] > i > b"),
        author=(
            ".aentry-head__username",
            ".entry-header .ljuser",
            ".entryheader .ljuser",
            ".b-singlepost-author .ljuser",
        ),
        date=(".aentry-post__date", ".b-singlepost-author time", ".entry-header", ".entry-date"),
        cut=".ljtags, .b-singlepost-tags, .lj-like, .aentry-post__reactions",
    ),
    Family(
        "blogger",
        marks=".post-body[id^=post-body], .blog-posts .post",
        generator="blogger",
        container=(".blog-posts .post", ".post.hentry", ".hentry", ".post"),
        body=(".post-body", ".entry-content"),
        title=(".post-title", ".entry-title"),
        author=(".post-author .fn", ".post-author [itemprop=name]", ".post-author"),
        date=(
            "abbr.published[title]",
            "time.published[datetime]",
            ".date-header",
            ".timestamp-link",
            "p.post-footer",
        ),
        cut=".post-share-buttons, .post-labels, .post-footer, .blog-feeds, .related-posts",
    ),
    Family(
        "substack",
        marks=".available-content .body, script[src*='substackcdn']",
        container=("article.newsletter-post", "article.post", "article"),
        body=(".available-content .body", ".available-content", ".body.markup"),
        title=("h1.post-title",),
        author=(
            ".byline-wrapper a",
            ".post-header .pub-name",
            ".profile-hover-card-target a",
            ".post-meta .post-meta-author",
            ".post-meta a:not(.post-date)",
        ),
        date=(".post-header time", ".byline-wrapper .pencraft"),
        cut=".subscription-widget-wrap, .subscribe-widget, .captioned-button-wrap, .button-wrapper, "
        ".post-ufi, .paywall, .install-substack-app-embed, .image-link-expand",
    ),
    Family(
        "typepad",
        marks="#typepad-standard, body.layout-two-column-right .entry-footer, .entry[id^=entry-6a0]",
        generator="http://www.typepad.com",
        container=(".entry",),
        body=(".entry-body, .entry-more", ".entry-content"),
        title=(".entry-header",),
        author=(".entry-footer .post-footers", ".entry-footer"),
        date=(".date-header", ".entry-footer .post-footers", ".entry-footer"),
        cut=".entry-more-link, .entry-footer, .trackback-url",
    ),
    Family(
        "movabletype",
        marks=".asset-body, .mt-entry-archive",
        generator="movable type",
        container=(".entry-asset", ".asset", ".entry", "div.blogbody", "#content .entry"),
        body=(
            ".entry-asset .asset-content",
            ".asset-body, .asset-more",
            ".entry-body, .entry-more",
            ".entry-content",
            "div.blogbody",
        ),
        title=(".asset-name", ".entry-title", ".entry-header", "h3.title"),
        author=(".asset-meta .author", ".byline .author", ".entry-footer .post-footers", ".posted"),
        date=(
            ".asset-meta abbr.published[title]",
            ".entry-footer .post-footers",
            ".date",
            ".posted",
        ),
        cut=".asset-more-link, .trackbacks, .posted, .asset-footer, .entry-footer",
    ),
    Family(
        "movabletype-2",
        marks="div.blogbody",
        container=("div.blogbody",),
        body=("div.blogbody",),
        title=("div.blogbody h3.title",),
        author=("div.blogbody .posted",),
        date=("div.blogbody .posted", ".date"),
        cut=".posted",
    ),
    Family(
        "drupal",
        marks=".node-full, .node--view-mode-full, body[class*=page-node], .field-name-body, "
        ".field--name-body, .node .submitted",
        generator="drupal",
        container=(".node-full", ".node--view-mode-full", "article.node", ".node"),
        body=(
            ".node-full .field-name-body",
            ".field--name-body",
            ".field-name-body",
            ".node-full > .content",
            ".node > .content",
            ".node__content",
        ),
        title=("#page-title", "h1.title", "h1.page-header", ".node-title", ".page-title", "h1"),
        author=(
            ".submitted .username",
            ".node__submitted [property='schema:name']",
            ".submitted [rel=author]",
            ".submitted",
            ".node__submitted",
        ),
        date=(
            ".submitted [content]",
            ".submitted time[datetime]",
            ".submitted",
            ".node__submitted",
        ),
        cut=".links, .field-name-field-tags, .taxonomy, .terms, .book-navigation, .similar-articles",
    ),
    Family(
        "plone",
        marks="body[class*=portaltype-]",
        generator="plone",
        container=("#content",),
        body=("#parent-fieldname-text", "#content-core"),
        title=(".documentFirstHeading",),
        author=(".documentAuthor",),
        date=(".documentPublished",),
        cut=".documentActions, .discussion, .relatedItems",
    ),
    Family(
        "joomla",
        marks=".item-page, .com-content-article, .itemFullText",
        generator="joomla",
        container=(".item-page", ".com-content-article", ".itemView", "#k2Container"),
        body=("[itemprop=articleBody]", ".itemBody", ".item-page", ".com-content-article__body"),
        title=(".item-page .page-header h2", ".itemTitle", ".contentheading", ".item-page h2"),
        author=(".createdby [itemprop=name]", ".createdby", ".itemAuthor a", ".createby"),
        date=(
            ".published time[datetime]",
            ".create time[datetime]",
            ".itemDateCreated",
            ".createdate",
        ),
        cut=".article-info, .icons, .pager, .pagenav, .tags, .content_rating, .actions",
    ),
    Family(
        "serendipity",
        marks=".serendipity_entry, .serendipity_entry_body",
        generator="serendipity",
        container=(".serendipity_Entry_Date", ".serendipity_entry", "article.post"),
        body=(
            ".serendipity_entry_body, .serendipity_entry_extended",
            ".serendipity_entry .content",
            ".serendipity_entry",
        ),
        title=(".serendipity_title", ".serendipity_entry_title", "h2.entry_title"),
        author=(".serendipity_entryFooter a[href*=author]", ".serendipity_byline a[href*=author]"),
        date=(
            ".serendipity_byline time[datetime]",
            ".serendipity_date",
            ".serendipity_entryFooter",
        ),
        cut=".serendipity_entryFooter, .serendipity_freeTag, .further_reading, .serendipity_karmaVoting",
    ),
    Family(
        "b2evolution",
        marks=".bPost, .evo_post, .bText",
        generator="b2evolution",
        container=(".bPost", ".evo_post"),
        body=(".bText", ".evo_post__full_text", ".evo_post_text"),
        title=(".bTitle", ".evo_post_title"),
        author=(
            ".bSmallHead .identity_link_username",
            ".bSmallHead .login",
            ".evo_post__info .login",
        ),
        date=("time[datetime]", ".bSmallHead", ".bDate"),
        cut=".bSmallPrint, .evo_post_more_link, .item_tags",
    ),
    Family(
        "typecho",
        generator="typecho",
        container=("article.post", ".post"),
        body=(".post-content", "[itemprop=articleBody]"),
        title=(".post-title", "[itemprop~=headline]"),
        author=("[itemprop=author] a", "[itemprop=author]"),
        date=(".post-meta time[datetime]",),
        cut=".tags",
    ),
    Family(
        "ghost",
        generator="ghost",
        container=("article.post-full", "article.post", "article.gh-article", "article"),
        body=(".gh-content", ".post-full-content", ".post-content", ".c-content", ".kg-canvas"),
        title=(".gh-article-title", ".article-title", ".post-full-title", ".post-title"),
        author=(".author-name", ".gh-article-author-name", "[rel=author]"),
        date=("time[datetime]",),
        cut=".kg-signup-card, .gh-post-upgrade-cta, .subscribe-form",
    ),
    Family(
        "medium",
        marks="meta[property='al:android:package'][content='com.medium.reader']",
        container=("article",),
        body=(".postArticle-content", "article section", "article"),
        title=("h1.graf--title", "h1"),
        author=("meta[name=author]", "a[data-testid=authorName]"),
        date=("time[datetime]",),
        cut=".postMetaInline, .js-postMetaLockup, [data-testid=audioPlayButton], .speechify-ignore",
    ),
    Family(
        "wordpress",
        marks="body.single, body.page, .wp-block-post-content, link[href*='wp-content'], "
        "script[src*='wp-includes'], script[src*='wp-content']",
        generator="wordpress",
        container=(
            "article.hentry",
            "article.type-post",
            ".hentry",
            "div[id^='post-'].post",
            "article.post",
            "article.page",
            ".wp-site-blocks main",
            ".post",
        ),
        body=(
            ".entry-content",
            ".wp-block-post-content",
            ".td-post-content",
            ".format_text",
            ".post-content",
            ".entry",
            ".entrytext",
            ".storycontent",
            ".postentry",
            ".post-entry",
            ".entry_content",
            ".post_content",
            ".elementor-widget-theme-post-content",
        ),
        title=(
            ".entry-title",
            ".wp-block-post-title",
            ".post-title",
            "h1.posttitle",
            "h2.posttitle",
            ".storytitle",
            "h2 a[rel=bookmark]",
        ),
        author=(".author .fn", ".author a[rel=author]", ".byline .fn", "[rel=author]", ".author a"),
        date=(
            "time.entry-date[datetime]",
            "time.published[datetime]",
            "abbr.published[title]",
            ".posted-on time[datetime]",
            ".wp-block-post-date time[datetime]",
            ".entry-date",
            "a[rel=bookmark][title]",
            ".post-date",
            ".postdate",
            ".postmetadata",
        ),
        cut=".sharedaddy, .jp-relatedposts, #jp-post-flair, .wp-block-latest-comments, .post-navigation, "
        ".more-link, .yarpp, .yarpp-related, .wp-block-post-terms, .addtoany_share_save_container, "
        ".ssba, .shariff, .crp_related, .wp-polls, .et_social_inline, .wpcnt, .jetpack-likes-widget-wrapper, "
        ".mc4wp-form, .postmeta, .postmetadata, .post-ratings, .simplesocialbuttons, .wp_rp_wrap, .author-box, "
        ".td-post-featured-image-none, .wpulike, .heateor_sss_sharing_container, .zem_rp_wrap, "
        ".wp-block-jetpack-subscriptions, .wp-block-query, .swp_social_panel, .entry-utility, .abh_box",
    ),
    Family(
        "schema.org",
        container=(
            "[itemtype$='/BlogPosting']",
            "[itemtype$='/NewsArticle']",
            "[itemtype$='/Article']",
            "[itemtype$='/DiscussionForumPosting']",
            "[itemtype$='/TechArticle']",
            "[itemtype$='/Report']",
            "[itemtype$='/Recipe']",
        ),
        body=("[itemprop~=articleBody]", "[itemprop~=text]", "[itemprop=reviewBody]"),
        title=("[itemprop~=headline]", "[itemprop=name]"),
        author=("[itemprop~=author] [itemprop=name]", "[itemprop~=author]", "[itemprop=creator]"),
        date=("[itemprop=datePublished]", "[itemprop=dateCreated]"),
    ),
    Family(
        "microformats",
        container=(".h-entry", ".hentry", ".hnews"),
        body=(".e-content", ".entry-content", ".p-content"),
        title=(".p-name", ".entry-title"),
        author=(".p-author", ".author .fn", ".byline .fn"),
        date=(
            "time.dt-published",
            ".dt-published",
            "abbr.published[title]",
            ".published .value-title",
        ),
    ),
    Family(
        "any",
        container=(
            "main article",
            "#content article",
            "article.article",
            "article.post",
            "article",
            ".post",
            ".entry",
            ".article",
            ".news-single",
            "[role=article]",
        ),
        body=(
            ".entry-content",
            ".post-content",
            ".article-body",
            ".article__body",
            ".article-content",
            ".article__content",
            ".articlebody",
            ".articleBody",
            ".article-text",
            ".article_text",
            ".article_body",
            ".story-body",
            ".story-content",
            ".storycontent",
            ".post-body",
            ".postbody",
            ".post-text",
            ".post_content",
            ".post-entry",
            ".entry-body",
            ".blog-content",
            ".blog-post-content",
            ".blog-item-content",
            ".news-text-wrap",
            ".news-single-item",
            ".news-content",
            ".content-body",
            ".body-content",
            ".body-text",
            ".bodytext",
            ".article .text",
            ".text-content",
            ".rich-text",
            ".richtext",
            "#article-body",
            "#articleBody",
            "#story",
            "#mw-content-text",
        ),
        title=(
            ".entry-title",
            ".post-title",
            ".article-title",
            ".headline",
            "article h1",
            "main h1",
        ),
        author=(
            "[rel=author]",
            ".author .fn",
            ".byline .author",
            ".author-name",
            ".post-author",
            ".article-author",
            ".author",
            ".byline",
            ".autor",
            ".firma",
        ),
        date=(
            "time[pubdate]",
            "header time[datetime]",
            "article time[datetime]",
            "main time[datetime]",
            "time[datetime]",
            "article time",
            "header time",
            ".published",
            ".entry-date",
            ".post-date",
            ".article-date",
            ".pubdate",
            ".date",
            ".datum",
        ),
    ),
)
