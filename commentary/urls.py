"""All public routes. The route, module, view and template of a page have the same name."""

from django.urls import path

from .api import routes
from .posting import (
    confirm_subscription,
    edit,
    report,
    respond,
    second_look,
    unsubscribe,
    withdraw,
)
from .reading import (
    archive,
    article,
    author,
    authors,
    branch,
    cite,
    commenter,
    former,
    former_comment,
    history,
    home,
    jump,
    keys,
    media,
    moderate,
    moderation_log,
    more,
    new_comments,
    permalink,
    point,
    random_article,
    reply,
    respond_to_point,
    responses,
    search,
    site_file,
    text_page,
    theme,
    time_gate,
    time_map,
    wordings,
    years,
)
from .syndication import feeds, robots, search_feed, sitemaps, waiting_feed

app_name = "commentary"

# <str:slug> because slugs may contain letters of any script, which <slug:…> refuses.
ARTICLE = "articles/<str:slug>/"
COMMENT = "articles/<str:slug>/comments/<int:number>/"
POINT = "articles/<str:slug>/points/<int:point>/"

urlpatterns = [
    path("", home.home, name="home"),
    path(ARTICLE, article.article, name="article"),
    path(f"{ARTICLE}branches/<int:number>/", branch.branch, name="branch"),
    *(
        path(f"{place}cite{end}", cite.cite, name="cite")
        for place in (ARTICLE, COMMENT, POINT)
        for end in ("/", ".<str:extension>")
    ),
    path(f"{ARTICLE}former/", former.former, name="former"),
    path(f"{ARTICLE}former/comment/", former_comment.former_comment, name="former_comment"),
    path(f"{ARTICLE}jump/", jump.jump, name="jump"),
    path(f"{ARTICLE}new/", new_comments.new_comments, name="new_comments"),
    path(f"{ARTICLE}on/<str:day>/", history.history, name="history"),
    path(f"{ARTICLE}points/<int:number>/", point.point, name="point"),
    path(
        f"{ARTICLE}points/<int:number>/respond/",
        respond_to_point.respond_to_point,
        name="respond_to_point",
    ),
    path(f"{ARTICLE}reply/<int:number>/", reply.reply, name="reply"),
    path(f"{ARTICLE}respond/", respond.respond, name="respond"),
    path(f"{ARTICLE}timegate/", time_gate.time_gate, name="time_gate"),
    path(f"{ARTICLE}timemap/", time_map.time_map, name="time_map"),
    path(f"{ARTICLE}timemap/<int:year>/", time_map.time_map, name="time_map"),
    path(COMMENT, permalink.permalink, name="permalink"),
    path(f"{COMMENT}more/", more.more, name="more"),
    path(f"{COMMENT}moderate/", moderate.moderate, name="moderate"),
    path(f"{COMMENT}history/", wordings.wordings, name="wordings"),
    path(f"{COMMENT}edit/", edit.edit, name="edit"),
    path(f"{COMMENT}withdraw/", withdraw.withdraw, name="withdraw"),
    path(f"{COMMENT}ask/", second_look.second_look, name="second_look"),
    path(f"{COMMENT}report/", report.report, name="report"),
    path(
        "subscriptions/<str:token>/confirm/",
        confirm_subscription.confirm_subscription,
        name="confirm_subscription",
    ),
    path("unsubscribe/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
    path("waiting/<str:token>.atom", waiting_feed.waiting_feed, name="waiting_feed"),
    path("media/<str:name>", media.media, name="media"),
    path("keys/", keys.keys, name="keys"),
    path("site/<str:name>", site_file.site_file, name="site_file"),
    path("theme.css", theme.theme, name="theme"),
    path("pages/<str:slug>/", text_page.text_page, name="text_page"),
    path("moderation/", moderation_log.moderation_log, name="moderation_log"),
    path("search/", search.search, name="search"),
    path("authors/", authors.authors, name="authors"),
    path("authors/<str:slug>/", author.author, name="author"),
    path("commenters/<path:name>/", commenter.commenter, name="commenter"),
    path("commenters/<path:name>.atom", feeds.commenter_feed, name="commenter_feed"),
    path("responses/", responses.responses, name="responses"),
    path("random/", random_article.random_article, name="random_article"),
    path("archive/", years.years, name="years"),
    path("archive/undated/", archive.archive, name="archive"),
    path("archive/<int:year>/", archive.archive, name="archive"),
    path("archive/<int:year>/<str:month>/", archive.archive, name="archive"),
    path("articles.atom", feeds.article_list_feed, name="article_list_feed"),
    path("comments.atom", feeds.comment_list_feed, name="comment_list_feed"),
    path("articles/<str:slug>.atom", feeds.article_feed, name="article_feed"),
    path("articles/<str:slug>/branches/<int:number>.atom", feeds.branch_feed, name="branch_feed"),
    path("authors/<str:slug>.atom", feeds.author_feed, name="author_feed"),
    path("search.atom", search_feed.search_feed, name="search_feed"),
    path("api/", routes.api, name="api"),
    path("openapi.json", routes.openapi, name="openapi"),
    path("articles.json", routes.article_list_json, name="article_list_json"),
    path("articles/<str:slug>.json", routes.article_json, name="article_json"),
    path(
        "articles/<str:slug>/comments/<int:number>.json", routes.comment_json, name="comment_json"
    ),
    path("search.json", routes.search_json, name="search_json"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("sitemaps/pages.xml", sitemaps.sitemap_pages, name="sitemap_pages"),
    path("sitemaps/<str:section>-<int:part>.xml", sitemaps.sitemap_part, name="sitemap_part"),
    path("robots.txt", robots.robots, name="robots"),
]
