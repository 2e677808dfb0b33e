from django.urls import include, path
from django.views.generic import DetailView, ListView

from .models import Article

urlpatterns = [
    path(
        "",
        ListView.as_view(
            model=Article,
            queryset=Article.objects.order_by("-published"),
            paginate_by=10,
            template_name="blog/list.html",
        ),
    ),
    path(
        "a/<slug:slug>/",
        DetailView.as_view(model=Article, template_name="blog/article.html"),
        name="article",
    ),
    path("comments/", include("django_comments_xtd.urls")),
]
