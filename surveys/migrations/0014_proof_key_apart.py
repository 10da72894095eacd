import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('surveys', '0013_participation'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProofKey',
            fields=[
                ('campaign', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='surveys.campaign')),
                ('key', models.BinaryField()),
            ],
        ),
        migrations.RunSQL(
            'INSERT INTO surveys_proofkey (campaign_id, "key")'
            ' SELECT id, proof_key FROM surveys_campaign WHERE proof_key IS NOT NULL',
            'UPDATE surveys_campaign SET proof_key = k."key" FROM surveys_proofkey k WHERE k.campaign_id = id',
        ),
        migrations.RemoveField(
            model_name='campaign',
            name='proof_key',
        ),
    ]
