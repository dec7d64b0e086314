import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The sealing of the record: numbers and salts of entries, the tree's hashes, signed heads, public keys. */
export class SealedRecord1795000000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table record_epoch (
        epoch int primary key,
        log text not null,
        started_at timestamptz not null,
        reason text not null default '',
        previous_epoch int,
        previous_size bigint,
        previous_root text,
        constraint record_epoch_previous check (num_nulls(previous_epoch, previous_size, previous_root) in (0, 3)),
        constraint record_epoch_order check (previous_epoch < epoch),
        constraint record_epoch_number check (epoch > 0)
      );

      create table signing_key (
        key_id text primary key,
        public_key text not null,
        created_at timestamptz not null,
        retired_at timestamptz,
        endorsed_by text constraint fk_signing_key_endorsed_by references signing_key (key_id),
        endorsement text,
        constraint signing_key_endorsed check ((endorsed_by is null) = (endorsement is null))
      );
      create unique index signing_key_one_in_use on signing_key ((true)) where retired_at is null;

      create table tree_head (
        number bigint primary key,
        epoch int not null constraint fk_tree_head_epoch references record_epoch (epoch),
        size bigint not null,
        root text not null,
        at timestamptz not null,
        key_id text not null constraint fk_tree_head_key references signing_key (key_id),
        signature text not null,
        constraint tree_head_size check (size >= 0),
        constraint tree_head_root check (root ~ '^[0-9a-f]{64}$')
      );
      create index tree_head_size_of_epoch on tree_head (epoch, size);

      create table record_tile (
        epoch int not null constraint fk_record_tile_epoch references record_epoch (epoch),
        level int not null,
        position bigint not null,
        hashes bytea not null,
        constraint record_tile_pkey primary key (epoch, level, position),
        constraint record_tile_whole check (length(hashes) % 32 = 0 and length(hashes) between 32 and 8192)
      );
      -- Hashes cannot be compressed.
      alter table record_tile alter column hashes set storage external;

      drop index audit_entry_unsealed;
      alter table audit_entry drop constraint audit_entry_sealed_at_key;
      alter table audit_entry rename column sealed_at to leaf_index;
      alter table audit_entry
        -- No foreign key: it would double the work of sealing, and "audit verify" looks at this anyway.
        add column epoch int,
        add column salt text not null default replace(gen_random_uuid()::text, '-', ''),
        add column reason_salt text,
        add column reason_hash text;
      update audit_entry set reason_salt = replace(gen_random_uuid()::text, '-', '') where reason is not null;
      update audit_entry set reason_hash = encode(sha256(convert_to(reason_salt || reason, 'UTF8')), 'hex')
        where reason is not null;
      alter table audit_entry
        add constraint audit_entry_sealed check (num_nulls(epoch, leaf_index) in (0, 2)),
        -- A reason may be forgotten, together with its salt; the hash stays.
        add constraint audit_entry_reason check (num_nulls(reason, reason_salt) in (0, 2)
          and (reason is null or reason_hash is not null));
      create unique index audit_entry_leaf on audit_entry (epoch, leaf_index) where leaf_index is not null;
      create index audit_entry_unsealed on audit_entry (at, id) where leaf_index is null;

      create function keep_sealed() returns trigger language plpgsql as $$
      begin
        if tg_op = 'UPDATE' and tg_table_name = 'audit_entry' then
          if to_jsonb(new) - 'reason' - 'reason_salt' = to_jsonb(old) - 'reason' - 'reason_salt'
              and to_jsonb(new) ->> 'reason' is null then
            return new;
          end if;
        end if;
        raise exception 'what is sealed in % stays as it is', tg_table_name using errcode = 'integrity_constraint_violation';
      end $$;
      create trigger audit_entry_keep before update or delete on audit_entry
        for each row when (old.leaf_index is not null) execute function keep_sealed();
      create trigger tree_head_keep before update or delete on tree_head
        for each row execute function keep_sealed();
      create trigger record_epoch_keep before update or delete on record_epoch
        for each row execute function keep_sealed();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger audit_entry_keep on audit_entry;
      drop index audit_entry_leaf, audit_entry_unsealed;
      alter table audit_entry drop constraint audit_entry_sealed, drop constraint audit_entry_reason;
      alter table audit_entry drop column epoch, drop column salt, drop column reason_salt, drop column reason_hash;
      alter table audit_entry rename column leaf_index to sealed_at;
      update audit_entry set sealed_at = null;
      alter table audit_entry add constraint audit_entry_sealed_at_key unique (sealed_at);
      create index audit_entry_unsealed on audit_entry (at) where sealed_at is null;
      drop table record_tile, tree_head, signing_key, record_epoch;
      drop function keep_sealed();
    `);
  }
}
