from django.db import migrations, models

KINDS = [
    ("link", "New link"),
    ("talk", "A student asks to talk"),
    ("incident", "Something happened at work"),
    ("concern", "A host wants to talk"),
    ("request", "Request for a place"),
    ("capacity", "Places for a period"),
    ("sign", "Agreement to sign"),
    ("confirm", "Hours to confirm"),
    ("feedback", "Closing feedback"),
    ("colleague", "A colleague has not answered"),
    ("arrival", "Nobody has said whether the student came"),
    ("unsigned", "Agreement not signed before the start"),
    ("contact", "Contact that is due"),
    ("plan", "Plan to write"),
    ("assess", "Credit to decide"),
    ("look_again", "Decision to look at again"),
    ("appointment", "Visit or talk that is planned"),
    ("renew", "Approval of a workplace that runs out"),
    ("ending", "Placement that ends soon"),
    ("hours_changed", "Hours changed by the host"),
    ("credited", "Credit decided"),
    ("answered", "Request answered"),
    ("class_week", "The week at work"),
    ("reflect", "Question to think about"),
    ("ready", "Wishes for the next place"),
    ("log", "Day to log"),
    ("used", "What came of the feedback"),
    ("thanks", "Thank you, and what came of it"),
    ("follow_up", "Half a year later"),
]


class Migration(migrations.Migration):
    dependencies = [("reminders", "0004_letters")]

    operations = [
        migrations.AlterField(model_name="due", name="kind", field=models.CharField(choices=KINDS, max_length=15)),
        migrations.AlterField(model_name="outbox", name="letter", field=models.CharField(choices=KINDS, max_length=15)),
    ]
