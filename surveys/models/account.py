import uuid

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from surveys.models.organization import Firm, Organization, Unit


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.full_clean()
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """Somebody who reads or runs surveys. Respondents have no account."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = UserManager()  # type: ignore[assignment,misc]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.get_full_name() or self.email


class Role(models.TextChoices):
    OWNER = "owner", _("firm owner")
    CONSULTANT = "consultant", _("consultant")
    COORDINATOR = "coordinator", _("client coordinator")
    EXECUTIVE = "executive", _("executive")
    LEAD = "lead", _("unit lead")


class Membership(models.Model):
    """What one user is to one firm (owners, consultants), one organization, or (leads) one unit of it.

    A consultant with `clients` works for those only; one without, for every client of the firm.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices)
    firm = models.ForeignKey(Firm, models.CASCADE, null=True, blank=True, related_name="memberships")
    organization = models.ForeignKey(
        Organization, models.CASCADE, null=True, blank=True, related_name="memberships"
    )
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, blank=True, related_name="leads")
    clients = models.ManyToManyField(Organization, blank=True, related_name="consultants")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    role__in=["owner", "consultant"],
                    firm__isnull=False,
                    organization__isnull=True,
                    unit__isnull=True,
                )
                | Q(
                    role__in=["coordinator", "executive"],
                    firm__isnull=True,
                    organization__isnull=False,
                    unit__isnull=True,
                )
                | Q(role="lead", firm__isnull=True, organization__isnull=False, unit__isnull=False),
                name="membership_of_what_its_role_is_for",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "firm", "organization", "unit"],
                nulls_distinct=False,
                name="membership_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"
