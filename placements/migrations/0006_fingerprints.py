"""What a version says, as one fingerprint per kind of change, so that two versions can be compared in any language."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("placements", "0005_other_work"),
    ]

    operations = [
        migrations.AddField(
            model_name="planversion",
            name="fingerprints",
            field=models.JSONField(blank=True, default=dict, help_text="SHA-256 of the facts by kind of change"),
        ),
    ]
