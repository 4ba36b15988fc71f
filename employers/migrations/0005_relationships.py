from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("employers", "0004_coordinators_day")]

    operations = []
