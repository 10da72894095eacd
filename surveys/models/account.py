import uuid

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from surveys.models.organization import Firm, Organization


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
    CONSULTANT = "consultant", _("consultant")
    COORDINATOR = "coordinator", _("client coordinator")
    EXECUTIVE = "executive", _("executive")


class Membership(models.Model):
    """What one user is to one firm (consultants) or one organization (everybody else)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices)
    firm = models.ForeignKey(Firm, models.CASCADE, null=True, blank=True, related_name="memberships")
    organization = models.ForeignKey(
        Organization, models.CASCADE, null=True, blank=True, related_name="memberships"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role=Role.CONSULTANT, firm__isnull=False, organization__isnull=True)
                | Q(
                    role__in=[Role.COORDINATOR, Role.EXECUTIVE], firm__isnull=True, organization__isnull=False
                ),
                name="membership_of_what_its_role_is_for",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "firm", "organization"], nulls_distinct=False, name="membership_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"
