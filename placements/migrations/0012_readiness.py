from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("placements", "0011_hand_overs")]

    operations = [
        migrations.AddField(
            model_name="wish",
            name="told_at",
            field=models.DateTimeField(
                blank=True, help_text="when the student last said it, not the school", null=True
            ),
        ),
        migrations.AddField(
            model_name="wish",
            name="agreed_at",
            field=models.DateTimeField(
                blank=True, help_text="when the student agreed that the school reads the needs", null=True
            ),
        ),
    ]
