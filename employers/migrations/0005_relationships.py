import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_replaced_addresses"), ("employers", "0004_coordinators_day")]

    operations = [
        migrations.AddField(
            model_name="schoolemployer",
            name="recognised_on",
            field=models.DateField(
                blank=True, help_text="the day from which the school calls it a recognised host", null=True
            ),
        ),
        migrations.CreateModel(
            name="Check",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("insurance", "Insurance"),
                            ("hazards", "Hazards, and what is done about them"),
                            ("visit", "Visit of the workplace"),
                            ("age_limits", "Age limits of the work"),
                        ],
                        max_length=12,
                    ),
                ),
                ("done_on", models.DateField()),
                (
                    "valid_until",
                    models.DateField(blank=True, help_text="the last day that the insurer's paper names", null=True),
                ),
                ("note", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.person",
                    ),
                ),
                (
                    "relation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="checks", to="employers.schoolemployer"
                    ),
                ),
            ],
            options={
                "ordering": ["relation", "kind", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind", "insurance"), ("valid_until__isnull", True), _connector="XOR"),
                        name="only_an_insurance_has_an_end_of_its_own",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True),
                            ("valid_until__gte", models.F("done_on")),
                            _connector="OR",
                        ),
                        name="check_dates_in_order",
                    ),
                ],
            },
        ),
    ]
