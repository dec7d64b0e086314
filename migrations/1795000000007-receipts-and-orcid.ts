import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The signed receipt of a submission's last version, how a browser was signed in, and ORCID iDs that were shown to be somebody's. */
export class ReceiptsAndOrcid1795000000007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table submission add column receipt text;

      alter table login_session add column signed_in_by text not null default 'mailed_link',
        add constraint login_session_signed_in_by
          check (signed_in_by in ('mailed_link', 'printed_link', 'passkey', 'orcid'));

      create table person_orcid (
        orcid text primary key,
        person_id text not null constraint person_orcid_person_key unique
          constraint fk_person_orcid_person references person (id),
        linked_at timestamptz not null,
        constraint person_orcid_form check (orcid ~ '^\\d{4}-\\d{4}-\\d{4}-\\d{3}[\\dX]$')
      );

      create table orcid_attempt (
        secret_hash text primary key,
        id text not null constraint orcid_attempt_id_key unique,
        purpose text not null,
        person_id text constraint fk_orcid_attempt_person references person (id),
        orcid text,
        next_path text not null,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        constraint orcid_attempt_purpose check (purpose in ('sign_in', 'link', 'first')),
        constraint orcid_attempt_person check ((purpose = 'link') = (person_id is not null)),
        constraint orcid_attempt_orcid check ((purpose = 'first') = (orcid is not null))
      );
      create index orcid_attempt_expires on orcid_attempt (expires_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table orcid_attempt, person_orcid;
      alter table login_session drop column signed_in_by;
      alter table submission drop column receipt;
    `);
  }
}
