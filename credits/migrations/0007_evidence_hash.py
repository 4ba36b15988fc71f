from django.db import migrations, models


class Migration(migrations.Migration):
    """The chain covers the evidence; neither an evaluation nor a wording of the rules changes once it is stored."""

    dependencies = [("credits", "0006_other_wordings"), ("schools", "0002_rule_sets")]

    operations = [
        migrations.AddField(
            "ledgerentry", "evidence_hash", models.CharField(default="", max_length=64), preserve_default=False
        ),
        migrations.RunSQL(
            sql="""
            CREATE FUNCTION credits_row_stays() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION '% is never changed: % is refused.', TG_TABLE_NAME, TG_OP USING ERRCODE = 'check_violation';
            END $$;
            CREATE TRIGGER credits_evaluation_stays BEFORE UPDATE ON credits_evaluation
                FOR EACH ROW EXECUTE FUNCTION credits_row_stays();
            CREATE TRIGGER schools_wording_stays BEFORE UPDATE ON schools_rulesetversion
                FOR EACH ROW EXECUTE FUNCTION credits_row_stays();
            """,
            reverse_sql="""
            DROP TRIGGER schools_wording_stays ON schools_rulesetversion;
            DROP TRIGGER credits_evaluation_stays ON credits_evaluation;
            DROP FUNCTION credits_row_stays();
            """,
        ),
    ]
