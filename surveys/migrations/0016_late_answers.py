from importlib import import_module

from django.db import migrations, models


def view(columns):
    """The view of 0002 with or without the batch. A column can be added to a view, not taken from it."""
    create = import_module("surveys.migrations.0002_sheets_unpacked").CREATE
    return create.replace("AS value\nFROM", f"AS value{columns}\nFROM")


class Migration(migrations.Migration):

    dependencies = [
        ('surveys', '0015_events_of_releases'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='answerblock',
            name='answer_block_once',
        ),
        migrations.AddField(
            model_name='answerblock',
            name='batch',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AlterField(
            model_name='event',
            name='verb',
            field=models.CharField(choices=[('campaign.created', 'created the campaign'), ('campaign.opened', 'opened the campaign'), ('campaign.closing', 'asked to close the campaign'), ('campaign.closed', 'closed the campaign and opened its ballot box'), ('campaign.loaded', 'brought in a survey that was run elsewhere'), ('campaign.late', 'added answers that came late'), ('campaign.reported', 'built the report'), ('campaign.comments', 'released comments and destroyed their originals'), ('campaign.overdue', 'answers are about to be destroyed without a report'), ('campaign.purged', 'destroyed what was kept for a term'), ('campaign.lost', 'gave up answers that no key opens'), ('campaign.key', 'the key at hand does not open the ballot box'), ('client.created', 'created the client'), ('client.settings', "changed the client's settings"), ('client.exported', "asked for all of the client's data"), ('client.fetched', "took all of the client's data away"), ('client.doomed', 'asked to delete the client'), ('access.invited', 'invited to sign in'), ('access.resent', 'sent an invitation to sign in again'), ('access.revoked', 'withdrew an invitation to sign in'), ('access.joined', 'accepted an invitation to sign in'), ('access.removed', 'took access away'), ('release.asked', 'asked to release the report'), ('release.made', 'released the report to the client'), ('release.withdrawn', 'withdrew the released report'), ('release.preface', 'changed the words before the report'), ('comment.moderated', 'moderated comments'), ('action.added', 'added an action'), ('action.changed', 'changed an action'), ('playback.changed', 'changed the page for all employees'), ('playback.on', 'switched the page for all employees on'), ('playback.off', 'switched the page for all employees off'), ('token.made', 'made a token for the API'), ('token.revoked', 'revoked a token of the API')], max_length=40),
        ),
        migrations.AddConstraint(
            model_name='answerblock',
            constraint=models.UniqueConstraint(fields=('unit', 'panel', 'batch'), name='answer_block_once'),
        ),
        migrations.RunSQL(
            ["DROP VIEW surveys_sheets_unpacked", view(", b.batch")], ["DROP VIEW surveys_sheets_unpacked", view("")]
        ),
    ]
