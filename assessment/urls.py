from django.urls import path

from assessment import views

urlpatterns = [
    path("reports/<uuid:campaign>", views.report, name="report"),
    path("reports/<uuid:campaign>/document.json", views.document, name="report-document"),
]
