"""All public routes."""

from django.urls import path

from .api import routes
from .posting import views
from .views import machines, reading, searching

app_name = "commentary"

# <str:slug>, because an address may hold letters of any script, which <slug:…> refuses.
urlpatterns = [
    path("", reading.article_list, name="article_list"),
    path("articles/<str:slug>/", reading.article_detail, name="article_detail"),
    path(
        "articles/<str:slug>/comments/<int:number>/",
        reading.comment_permalink,
        name="comment_permalink",
    ),
    path(
        "articles/<str:slug>/branches/<int:number>/",
        reading.branch_detail,
        name="branch_detail",
    ),
    path("articles/<str:slug>/new/", reading.comment_new, name="comment_new"),
    path("articles/<str:slug>/respond/", views.comment_post, name="comment_post"),
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
    path("moderation/", reading.audit_list, name="audit_list"),
    path("search/", searching.search, name="search"),
    path("search.atom", searching.search_feed, name="search_feed"),
    path("search.json", searching.search_json, name="search_json"),
    path("authors/", reading.author_list, name="author_list"),
    path("authors/<str:slug>/", reading.author_detail, name="author_detail"),
    path("commenters/<path:name>/", reading.commenter_detail, name="commenter_detail"),
    path("responses/", reading.response_list, name="response_list"),
    path("random/", reading.random_article, name="random_article"),
    path("archive/undated/", reading.archive_undated, name="archive_undated"),
    path("archive/<int:year>/", reading.archive_year, name="archive_year"),
    path("archive/<int:year>/<str:month>/", reading.archive_month, name="archive_month"),
    path("articles.atom", machines.article_list_feed, name="article_list_feed"),
    path("comments.atom", machines.comment_list_feed, name="comment_list_feed"),
    path("articles/<str:slug>.atom", machines.article_feed, name="article_feed"),
    path(
        "articles/<str:slug>/branches/<int:number>.atom", machines.branch_feed, name="branch_feed"
    ),
    path("authors/<str:slug>.atom", machines.author_feed, name="author_feed"),
    path("api/", routes.api, name="api"),
    path("openapi.json", routes.openapi, name="openapi"),
    path("articles.json", routes.article_list_json, name="article_list_json"),
    path("articles/<str:slug>.json", routes.article_json, name="article_json"),
    path(
        "articles/<str:slug>/comments/<int:number>.json", routes.comment_json, name="comment_json"
    ),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("sitemaps/pages.xml", machines.sitemap_pages, name="sitemap_pages"),
    path("sitemaps/<str:section>-<int:part>.xml", machines.sitemap_part, name="sitemap_part"),
    path("robots.txt", machines.robots, name="robots"),
]
