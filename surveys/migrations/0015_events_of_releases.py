from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("surveys", "0014_proof_key_apart")]
    operations = [
        # Moderators read this column and never the original's.
        migrations.RunSQL(
            "UPDATE surveys_comment SET moderated = text WHERE moderated = '' AND moderation = 'pending'",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name="event",
            name="verb",
            field=models.CharField(
                choices=[
                    ("campaign.created", "created the campaign"),
                    ("campaign.opened", "opened the campaign"),
                    ("campaign.closing", "asked to close the campaign"),
                    ("campaign.closed", "closed the campaign and opened its ballot box"),
                    ("campaign.loaded", "brought in a survey that was run elsewhere"),
                    ("campaign.reported", "built the report"),
                    ("campaign.comments", "released comments and destroyed their originals"),
                    ("campaign.overdue", "answers are about to be destroyed without a report"),
                    ("campaign.purged", "destroyed what was kept for a term"),
                    ("campaign.lost", "gave up answers that no key opens"),
                    ("campaign.key", "the key at hand does not open the ballot box"),
                    ("client.created", "created the client"),
                    ("client.settings", "changed the client's settings"),
                    ("client.exported", "asked for all of the client's data"),
                    ("client.fetched", "took all of the client's data away"),
                    ("client.doomed", "asked to delete the client"),
                    ("access.invited", "invited to sign in"),
                    ("access.resent", "sent an invitation to sign in again"),
                    ("access.revoked", "withdrew an invitation to sign in"),
                    ("access.joined", "accepted an invitation to sign in"),
                    ("access.removed", "took access away"),
                    ("release.asked", "asked to release the report"),
                    ("release.made", "released the report to the client"),
                    ("release.withdrawn", "withdrew the released report"),
                    ("release.preface", "changed the words before the report"),
                    ("comment.moderated", "moderated comments"),
                    ("action.added", "added an action"),
                    ("action.changed", "changed an action"),
                    ("playback.changed", "changed the page for all employees"),
                    ("playback.on", "switched the page for all employees on"),
                    ("playback.off", "switched the page for all employees off"),
                    ("token.made", "made a token for the API"),
                    ("token.revoked", "revoked a token of the API"),
                ],
                max_length=40,
            ),
        ),
    ]
