"""Three kinds of contact that stand in for a host that does not answer; no column changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("placements", "0006_fingerprints"),
    ]

    operations = [
        migrations.AlterField(
            model_name="contact",
            name="kind",
            field=models.CharField(
                choices=[
                    ("contact", "Contact"),
                    ("visit", "Visit"),
                    ("first_week", "First-week check"),
                    ("review", "Three-way review"),
                    ("induction", "Safety induction"),
                    ("briefing", "Briefing of the supervisor"),
                    ("preparation", "Preparation at school"),
                    ("debrief", "Debrief"),
                    ("observation", "Observed at work, for a silent host"),
                    ("oral", "Oral assessment, for a silent host"),
                    ("statement", "What a co-worker says, for a silent host"),
                ],
                default="contact",
                max_length=12,
            ),
        ),
    ]
