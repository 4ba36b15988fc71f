from django.db import migrations


class Migration(migrations.Migration):
    """What a move said stays as it was. Only its free words may be wiped, and old rows deleted: erasure needs both.

    The function serves any table: docs/decisions/0030-ledger.md lists them.
    """

    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql="""
            CREATE FUNCTION core_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION '% is append-only: % is refused.', TG_TABLE_NAME, TG_OP
                    USING ERRCODE = 'check_violation';
            END $$;
            CREATE TRIGGER core_transition_append_only
                BEFORE UPDATE OF id, noun, object_id, school_id, timeline, verb, from_state, to_state,
                    actor_kind, actor_id, role, details, at
                ON core_transition FOR EACH ROW EXECUTE FUNCTION core_is_append_only();
            CREATE TRIGGER core_transition_stays BEFORE TRUNCATE ON core_transition
                FOR EACH STATEMENT EXECUTE FUNCTION core_is_append_only();
            """,
            reverse_sql="""
            DROP TRIGGER core_transition_append_only ON core_transition;
            DROP TRIGGER core_transition_stays ON core_transition;
            DROP FUNCTION core_is_append_only();
            """,
        )
    ]
