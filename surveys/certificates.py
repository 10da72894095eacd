"""Certificates of what was destroyed: one chain an organization, in which no link can be changed unseen."""

import hashlib
import json
from collections.abc import Mapping

from django.conf import settings
from django.utils import timezone

from surveys.models import Campaign, Certificate, Destroyed, Organization


class BrokenChain(Exception):  # noqa: N818  # what an auditor is told
    """A certificate was changed or removed; the message says which."""


def issue(campaign: Campaign, what: Destroyed, counts: Mapping[str, int]) -> Certificate:
    """Called in the transaction that destroys, so that there is never one without the other."""
    organization = Organization.objects.select_for_update(no_key=True).get(id=campaign.organization_id)
    chain = verify()
    certificate = Certificate(
        organization=organization,
        campaign=campaign.id,
        name=campaign.name,
        what=what,
        counts=dict(counts),
        destroyed_at=timezone.now(),
        program=f"Latitude {settings.VERSION}",
        previous=chain[-1].digest if chain else "",
    )
    certificate.digest = digest(certificate)
    certificate.save(force_insert=True)
    return certificate


def verify() -> list[Certificate]:
    """The open organization's certificates, oldest first. Raises BrokenChain.

    A chain that was cut at its newest end still holds: whoever wants to see that keeps the last digest.
    """
    by_previous = {certificate.previous: certificate for certificate in Certificate.objects.all()}
    chain: list[Certificate] = []
    last = ""
    while last in by_previous:
        certificate = by_previous.pop(last)
        if certificate.digest != digest(certificate):
            raise BrokenChain(f"The certificate {certificate.id} was changed after it was written.")
        chain.append(certificate)
        last = certificate.digest
    if by_previous:
        missing = ", ".join(str(certificate.id) for certificate in by_previous.values())
        raise BrokenChain(f"The certificate before {missing} is missing.")
    return chain


def digest(certificate: Certificate) -> str:
    """SHA-256 over everything the certificate says, in a form that has one spelling only."""
    said = {
        "id": str(certificate.id),
        "organization": str(certificate.organization_id),
        "campaign": str(certificate.campaign),
        "name": certificate.name,
        "what": str(certificate.what),
        "counts": certificate.counts,
        "destroyed_at": certificate.destroyed_at.isoformat(),
        "program": certificate.program,
        "previous": certificate.previous,
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
