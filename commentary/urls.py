"""All public routes."""

from django.urls import URLPattern

app_name = "commentary"

urlpatterns: list[URLPattern] = []
