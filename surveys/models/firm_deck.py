from django.db import models

from surveys.models.organization import Firm


class FirmDeck(models.Model):
    """The presentation that a firm's slides are built on; apart from the firm, because it is large and seldom read.

    Taken away again the row stays without content: slides that were made on it are made anew.
    """

    firm = models.OneToOneField(Firm, models.CASCADE, primary_key=True, related_name="deck")
    content = models.BinaryField(null=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"deck of {self.firm}"
