from django.db import migrations


class Migration(migrations.Migration):
    """The ledger cannot be emptied either, and whoever is not its owner has no right to try.

    The rights are taken from all who have them now: the application's role got them when the table was made.
    """

    dependencies = [("credits", "0004_rule_sets")]

    operations = [
        migrations.RunSQL(
            sql="""
            CREATE TRIGGER credits_ledger_stays BEFORE TRUNCATE ON credits_ledgerentry
                FOR EACH STATEMENT EXECUTE FUNCTION credits_ledger_is_append_only();
            """,
            reverse_sql="DROP TRIGGER credits_ledger_stays ON credits_ledgerentry;",
        ),
        migrations.RunSQL(
            sql="""
            DO $$
            DECLARE
                other oid;
            BEGIN
                FOR other IN
                    SELECT DISTINCT one.grantee FROM pg_class, aclexplode(relacl) AS one
                    WHERE pg_class.oid = 'credits_ledgerentry'::regclass AND one.grantee <> relowner
                LOOP
                    EXECUTE format(
                        'REVOKE UPDATE, DELETE, TRUNCATE ON credits_ledgerentry FROM %s CASCADE',
                        CASE other WHEN 0 THEN 'PUBLIC' ELSE other::regrole::text END
                    );
                END LOOP;
            END $$;
            """,
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
