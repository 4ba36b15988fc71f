from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("employers", "0005_relationships")]

    operations = []
