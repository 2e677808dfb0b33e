"""All public routes."""

from django.urls import path

from .api import routes
from .posting import views
from .reading import (
    archive,
    article,
    branch,
    history,
    lists,
    moderation_log,
    new_comments,
    permalink,
    point,
    reply,
    responses,
    search,
)
from .syndication import feeds, robots, search_feed, sitemaps

app_name = "commentary"

# <str:slug>, because an address may hold letters of any script, which <slug:…> refuses.
urlpatterns = [
    path("", lists.article_list, name="article_list"),
    path("articles/<str:slug>/", article.article_detail, name="article_detail"),
    path(
        "articles/<str:slug>/comments/<int:number>/",
        permalink.comment_permalink,
        name="comment_permalink",
    ),
    path(
        "articles/<str:slug>/branches/<int:number>/",
        branch.branch_detail,
        name="branch_detail",
    ),
    path("articles/<str:slug>/new/", new_comments.comment_new, name="comment_new"),
    path("articles/<str:slug>/on/<str:day>/", history.history, name="history"),
    path("articles/<str:slug>/points/<int:number>/", point.point, name="point"),
    path(
        "articles/<str:slug>/points/<int:number>/respond/",
        reply.respond_to_point,
        name="respond_to_point",
    ),
    path("articles/<str:slug>/reply/<int:number>/", reply.reply, name="reply"),
    path("articles/<str:slug>/respond/", views.respond, name="respond"),
    path(
        "articles/<str:slug>/comments/<int:number>/edit/",
        views.comment_edit,
        name="comment_edit",
    ),
    path(
        "articles/<str:slug>/comments/<int:number>/withdraw/",
        views.comment_withdraw,
        name="comment_withdraw",
    ),
    path(
        "articles/<str:slug>/comments/<int:number>/report/",
        views.comment_report,
        name="comment_report",
    ),
    path("moderation/", moderation_log.audit_list, name="audit_list"),
    path("search/", search.search, name="search"),
    path("search.atom", search_feed.search_feed, name="search_feed"),
    path("search.json", routes.search_json, name="search_json"),
    path("authors/", lists.author_list, name="author_list"),
    path("authors/<str:slug>/", lists.author_detail, name="author_detail"),
    path("commenters/<path:name>/", responses.commenter_detail, name="commenter_detail"),
    path("responses/", responses.response_list, name="response_list"),
    path("random/", lists.random_article, name="random_article"),
    path("archive/undated/", archive.archive_undated, name="archive_undated"),
    path("archive/<int:year>/", archive.archive_year, name="archive_year"),
    path("archive/<int:year>/<str:month>/", archive.archive_month, name="archive_month"),
    path("articles.atom", feeds.article_list_feed, name="article_list_feed"),
    path("comments.atom", feeds.comment_list_feed, name="comment_list_feed"),
    path("articles/<str:slug>.atom", feeds.article_feed, name="article_feed"),
    path("articles/<str:slug>/branches/<int:number>.atom", feeds.branch_feed, name="branch_feed"),
    path("authors/<str:slug>.atom", feeds.author_feed, name="author_feed"),
    path("api/", routes.api, name="api"),
    path("openapi.json", routes.openapi, name="openapi"),
    path("articles.json", routes.article_list_json, name="article_list_json"),
    path("articles/<str:slug>.json", routes.article_json, name="article_json"),
    path(
        "articles/<str:slug>/comments/<int:number>.json", routes.comment_json, name="comment_json"
    ),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("sitemaps/pages.xml", sitemaps.sitemap_pages, name="sitemap_pages"),
    path("sitemaps/<str:section>-<int:part>.xml", sitemaps.sitemap_part, name="sitemap_part"),
    path("robots.txt", robots.robots, name="robots"),
]
