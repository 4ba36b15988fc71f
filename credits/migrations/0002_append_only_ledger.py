from django.db import migrations


class Migration(migrations.Migration):
    """Not even the program itself may change or take away a row of the ledger; a correction is a further row."""

    dependencies = [("credits", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql="""
            CREATE FUNCTION credits_ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'The ledger is append-only: % is refused.', TG_OP USING ERRCODE = 'check_violation';
            END $$;
            CREATE TRIGGER credits_ledger_append_only BEFORE UPDATE OR DELETE ON credits_ledgerentry
                FOR EACH ROW EXECUTE FUNCTION credits_ledger_is_append_only();
            """,
            reverse_sql="""
            DROP TRIGGER credits_ledger_append_only ON credits_ledgerentry;
            DROP FUNCTION credits_ledger_is_append_only();
            """,
        )
    ]
