from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("placements", "0012_readiness")]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="earlier",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="words of a firm's contact before each correction, oldest first",
            ),
        ),
    ]
