from django.urls import path

from surveys import account_urls, answer_urls, client_urls, setup_urls
from surveys.views import health, languages, moderation, participation, tablets, workspace

urlpatterns = [
    *answer_urls.urlpatterns,  # first: they are asked for most
    path("health", health.health, name="health"),
    *account_urls.urlpatterns,
    *client_urls.urlpatterns,
    *setup_urls.urlpatterns,
    path("campaigns/<uuid:identifier>", workspace.campaign, name="campaign"),
    path("campaigns/<uuid:identifier>/close", workspace.close, name="campaign-close"),
    path("campaigns/<uuid:identifier>/comments", moderation.moderate, name="wave-comments"),
    path("campaigns/<uuid:identifier>/participation", participation.participation, name="wave-participation"),
    path("campaigns/<uuid:campaign>/languages", languages.languages, name="languages"),
    path("campaigns/<uuid:campaign>/tablets", tablets.tablets, name="tablets"),
    path("campaigns/<uuid:campaign>/tablets/<uuid:kiosk>/revoke", tablets.revoke, name="tablet-revoke"),
]
