"""All public routes."""

from django.urls import path

from .views import posting, reading, searching

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
    path("articles/<str:slug>/respond/", posting.comment_post, name="comment_post"),
    path(
        "articles/<str:slug>/comments/<int:number>/edit/",
        posting.comment_edit,
        name="comment_edit",
    ),
    path(
        "articles/<str:slug>/comments/<int:number>/withdraw/",
        posting.comment_withdraw,
        name="comment_withdraw",
    ),
    path(
        "articles/<str:slug>/comments/<int:number>/report/",
        posting.comment_report,
        name="comment_report",
    ),
    path("moderation/", reading.audit_list, name="audit_list"),
    path("search/", searching.search, name="search"),
    path("authors/", reading.author_list, name="author_list"),
    path("authors/<str:slug>/", reading.author_detail, name="author_detail"),
    path("archive/undated/", reading.archive_undated, name="archive_undated"),
    path("archive/<int:year>/", reading.archive_year, name="archive_year"),
    path("healthz", reading.healthz, name="healthz"),
    path("robots.txt", reading.robots, name="robots"),
]
