from django.db import models
from django.urls import reverse
from django_comments_xtd.moderation import XtdCommentModerator, moderator


class Article(models.Model):
    title = models.CharField(max_length=200)
    slug = models.SlugField(unique=True)
    author = models.CharField(max_length=100)
    body = models.TextField()
    published = models.DateTimeField(db_index=True)
    allow_comments = models.BooleanField(default=True)

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("article", args=[self.slug])


class HoldEverything(XtdCommentModerator):
    """New comments are pending."""

    def moderate(self, comment, content_object, request):
        return True


moderator.register(Article, HoldEverything)
