from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_letters'),
    ]

    operations = [
        migrations.AlterField(
            model_name='contactpoint',
            name='state',
            field=models.CharField(choices=[('working', 'Working'), ('bounced', 'Bounced'), ('replaced', 'Replaced by another one')], default='working', max_length=10),
        ),
    ]
