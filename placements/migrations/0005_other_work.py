"""Paid work beside a placement, as the learner said it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("placements", "0004_whole_life"),
    ]

    operations = [
        migrations.CreateModel(
            name="OtherWork",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("minutes_per_week", models.PositiveSmallIntegerField(help_text="0: there is none")),
                ("at", models.DateTimeField()),
                (
                    "placement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="other_work",
                        to="placements.placement",
                    ),
                ),
            ],
            options={
                "ordering": ["placement"],
            },
        ),
    ]
