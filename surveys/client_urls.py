"""Firms, their clients, and who may sign in."""

from django.urls import path

from surveys.views import clients, decks, deleting, history, people_with_access, sending, team, workspace

urlpatterns = [
    path("firms/new", team.found, name="firm-new"),
    path("firms/<uuid:firm>/team", team.team, name="team"),
    path("firms/<uuid:firm>/team/invite", team.invite, name="team-invite"),
    path("firms/<uuid:firm>/team/deck", decks.deck, name="team-deck"),
    path("firms/<uuid:firm>/team/<uuid:membership>", team.member, name="team-member"),
    path("firms/<uuid:firm>/team/<uuid:membership>/remove", team.remove, name="team-remove"),
    path("firms/<uuid:firm>/clients/new", clients.new, name="client-new"),
    path("clients/<uuid:organization>", clients.client, name="client"),
    path("clients/<uuid:organization>/waves", workspace.waves, name="client-waves"),
    path("clients/<uuid:organization>/settings", clients.settings, name="client-settings"),
    path("clients/<uuid:organization>/logo.png", clients.logo, name="client-logo"),
    path("clients/<uuid:organization>/access", people_with_access.people_with_access, name="client-access"),
    path(
        "clients/<uuid:organization>/access/<uuid:membership>/remove",
        people_with_access.take_away,
        name="client-access-remove",
    ),
    path("clients/<uuid:organization>/history", history.history, name="client-history"),
    path("clients/<uuid:organization>/history.csv", history.history_csv, name="client-history-csv"),
    path(
        "clients/<uuid:organization>/certificates.json",
        history.certificates_json,
        name="client-certificates",
    ),
    path("clients/<uuid:organization>/delete", deleting.delete, name="client-delete"),
    path("invites/<uuid:invite>/resend", sending.resend, name="invite-resend"),
    path("invites/<uuid:invite>/revoke", sending.revoke, name="invite-revoke"),
    path("invited/<str:token>", sending.invited, name="invited"),
]
