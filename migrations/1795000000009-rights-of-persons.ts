import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people prove by a mailed link, join, agree to and have erased; how long a conference keeps what it no longer needs. */
export class RightsOfPersons1795000000009 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table person
        add column merged_into text constraint fk_person_merged_into references person (id),
        add column erased_at timestamptz,
        -- What is left of somebody who was joined with another or erased is their id.
        add constraint person_gone check ((merged_into is null and erased_at is null)
          or (name = '' and num_nulls(native_name, affiliation, country, orcid) = 4)),
        add constraint person_not_itself check (merged_into <> id);
      alter table person_address
        add constraint person_address_primary check (is_primary or confirmed_at is not null);

      create table proof_link (
        id text primary key,
        secret_hash text not null constraint proof_link_secret_hash_key unique,
        person_id text not null constraint fk_proof_link_person references person (id),
        purpose text not null,
        address text not null,
        typed text not null,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        used_at timestamptz,
        constraint proof_link_purpose check (purpose in ('add_address', 'erase')),
        constraint proof_link_life check (expires_at <= created_at + interval '10 minutes')
      );
      create index proof_link_person on proof_link (person_id, created_at);

      create table merge_request (
        id text primary key,
        conference_id text not null constraint fk_merge_request_conference references conference (id),
        from_id text not null constraint fk_merge_request_from references person (id),
        into_id text not null constraint fk_merge_request_into references person (id),
        requested_by text constraint fk_merge_request_requested_by references person (id),
        status text not null default 'waiting',
        from_agreed_at timestamptz,
        into_agreed_at timestamptz,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        settled_at timestamptz,
        constraint merge_request_status check (status in ('waiting', 'done', 'declined', 'lapsed')),
        constraint merge_request_two check (from_id <> into_id),
        constraint merge_request_settled check ((status = 'waiting') = (settled_at is null)),
        constraint merge_request_agreed check (status <> 'done' or num_nulls(from_agreed_at, into_agreed_at) = 0)
      );
      create unique index merge_request_once on merge_request (least(from_id, into_id), greatest(from_id, into_id))
        where status = 'waiting';
      create index merge_request_from on merge_request (from_id);
      create index merge_request_into on merge_request (into_id);

      create table consent (
        id text primary key,
        person_id text not null constraint fk_consent_person references person (id),
        conference_id text constraint fk_consent_conference references conference (id),
        purpose text not null,
        text text not null,
        text_hash text not null,
        route text not null,
        given_at timestamptz not null,
        withdrawn_at timestamptz,
        constraint consent_purpose check (purpose in ('publication', 'public_name', 'news'))
      );
      create unique index consent_once on consent (person_id, coalesce(conference_id, ''), purpose)
        where withdrawn_at is null;

      create table conference_retention (
        conference_id text primary key constraint fk_conference_retention_conference references conference (id),
        drafts_days int not null,
        access_needs_days int not null,
        letters_days int not null,
        mail_days int not null,
        version int not null default 1,
        constraint conference_retention_days check (drafts_days between 1 and 3650 and access_needs_days between 1 and 3650
          and letters_days between 1 and 3650 and mail_days between 1 and 3650)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table conference_retention, consent, merge_request, proof_link;
      alter table person_address drop constraint person_address_primary;
      alter table person drop constraint person_not_itself, drop constraint person_gone, drop column merged_into,
        drop column erased_at;
    `);
  }
}
