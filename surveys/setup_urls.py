"""Units, people, files of them, and waves from a draft to their opening."""

from django.urls import path

from surveys.views import codes, gateway, imports, mail_events, messages, people, setup, units

urlpatterns = [
    path("clients/<uuid:organization>/units", units.units, name="client-units"),
    path("clients/<uuid:organization>/units/<uuid:unit>", units.unit, name="client-unit"),
    path("clients/<uuid:organization>/people", people.people, name="client-people"),
    path("clients/<uuid:organization>/people/<uuid:person>", people.person, name="client-person"),
    path("clients/<uuid:organization>/imports", imports.send, name="client-imports"),
    path("clients/<uuid:organization>/imports/<uuid:sent>", imports.sent, name="client-import"),
    path("clients/<uuid:organization>/waves/new", setup.new, name="wave-new"),
    path("campaigns/<uuid:campaign>/set-up", setup.set_up, name="wave-set-up"),
    path("campaigns/<uuid:campaign>/questions", setup.questions, name="wave-questions"),
    path("campaigns/<uuid:campaign>/open", setup.open_, name="wave-open"),
    path("campaigns/<uuid:campaign>/extend", setup.extend, name="wave-extend"),
    path("campaigns/<uuid:campaign>/messages", messages.messages_, name="wave-messages"),
    path("campaigns/<uuid:campaign>/messages/send", messages.send, name="wave-send"),
    path("campaigns/<uuid:campaign>/messages/test", messages.test, name="wave-test-message"),
    path("campaigns/<uuid:campaign>/codes", codes.codes_, name="wave-codes"),
    path("campaigns/<uuid:campaign>/poster.pdf", codes.poster, name="wave-poster"),
    path("campaigns/<uuid:campaign>/text-messages.csv", gateway.text_list, name="wave-text-list"),
    path("clients/<uuid:organization>/gateway", gateway.gateway, name="client-gateway"),
    path("clients/<uuid:organization>/gateway/test", gateway.test, name="client-gateway-test"),
    path("mail/<str:provider>/events", mail_events.events, name="mail-events"),
    path("campaigns/<uuid:campaign>/next", setup.next_, name="wave-next"),
]
