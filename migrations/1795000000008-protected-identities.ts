import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A key for each person; protected identities: sealed names, addresses and messages, and the names that stand for them. */
export class ProtectedIdentities1795000000008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table person
        -- Wrapped by the master key, which is outside of the database; people from before get one when it is needed.
        add column data_key text,
        add column key_destroyed_at timestamptz,
        add column secret text,
        add column protected_at timestamptz,
        add constraint person_key check (num_nonnulls(data_key, key_destroyed_at) < 2),
        add constraint person_secret check (secret is null
          or (protected_at is not null and data_key is not null and native_name is null));

      alter table person_address
        -- By it an address is found that is not written here; null until the next start for those from before.
        add column lookup text constraint person_address_lookup_key unique,
        add constraint person_address_lookup check (lookup ~ '^[0-9a-f]{64}$');

      create table address_alias (
        alias text primary key,
        address text not null constraint fk_address_alias_address references person_address (address)
          on update cascade on delete cascade,
        created_at timestamptz not null,
        constraint address_alias_form check (alias ~ '^[0-9a-z]+@protected[.]invalid$')
      );
      create index address_alias_address on address_alias (address);

      alter table submission_author
        -- What was typed of the author: in a draft under its writer's key, of a protected person under their own.
        add column secret text,
        add column protected boolean not null default false;

      alter table mail_message
        -- Subject and bodies are sealed under the key of this person.
        add column sealed_for text constraint fk_mail_message_sealed_for references person (id);
      create index mail_message_sealed_for on mail_message (sealed_for) where sealed_for is not null;

      alter table proceedings_build
        -- It prints a name that somebody has since put under protection.
        add column names_protected boolean not null default false;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    // What is sealed stays sealed: without the columns nobody reads it any more, so nobody may be protected then.
    await runner.query(`
      do $$ begin
        if exists (select 1 from person where protected_at is not null) then
          raise exception 'somebody is protected: taking this migration back would lose who they are';
        end if;
      end $$;
      alter table proceedings_build drop column names_protected;
      alter table mail_message drop column sealed_for;
      alter table submission_author drop column secret, drop column protected;
      drop table address_alias;
      alter table person_address drop column lookup;
      alter table person drop column data_key, drop column key_destroyed_at, drop column secret, drop column protected_at;
    `);
  }
}
