import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from surveys.instruments.instrument import Panel
from surveys.models.campaign import PANELS
from surveys.models.organization import Organization, Unit
from surveys.tenancy import ScopedManager


class Person(models.Model):
    """Somebody who may be asked: in one unit and panel, reached by e-mail, by phone, or by neither (a printed code).

    No answer is ever kept with a person, and no way from a person to one: docs/privacy.md.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="people")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="people")
    panel = models.CharField(_("panel"), max_length=9, choices=PANELS, default=Panel.FRONTLINE.value)
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(
        _("phone number"), max_length=20, blank=True, help_text=_("E.164, as in +34600000000.")
    )
    language = models.CharField(_("language"), max_length=12, blank=True)

    objects: ScopedManager["Person"] = ScopedManager("organization")

    class Meta:
        ordering = ["unit__path", "name", "email"]
        constraints = [
            models.UniqueConstraint(
                "organization", Lower("email"), condition=~Q(email=""), name="person_email_once"
            ),
            models.CheckConstraint(
                condition=Q(panel__in=[p.value for p in Panel]), name="person_panel_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.phone
