import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Passkeys, the challenges that they answer, and which sign-in links were printed at the console. */
export class Passkeys1795000000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table passkey (
        id text primary key,
        person_id text not null constraint fk_passkey_person references person (id),
        credential_id text not null constraint passkey_credential_id_key unique,
        public_key bytea not null,
        counter bigint not null,
        transports text[] not null default '{}',
        name text not null,
        created_at timestamptz not null,
        last_used_at timestamptz,
        constraint passkey_counter check (counter between 0 and 4294967295),
        constraint passkey_name check (name <> '')
      );
      create index passkey_person on passkey (person_id);

      create table webauthn_challenge (
        secret_hash text primary key,
        challenge_hash text not null,
        purpose text not null,
        person_id text constraint fk_webauthn_challenge_person references person (id),
        created_at timestamptz not null,
        expires_at timestamptz not null,
        constraint webauthn_challenge_purpose check (purpose in ('add', 'sign_in')),
        constraint webauthn_challenge_person check ((purpose = 'add') = (person_id is not null))
      );
      create index webauthn_challenge_expires on webauthn_challenge (expires_at);

      alter table sign_in_link add column printed boolean not null default false;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table sign_in_link drop column printed;
      drop table webauthn_challenge, passkey;
    `);
  }
}
