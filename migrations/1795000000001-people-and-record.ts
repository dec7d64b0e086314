import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People, their addresses and roles; sign-in; the record; idempotency. */
export class PeopleAndRecord1795000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table person (
        id text primary key,
        name text not null default '',
        native_name text,
        affiliation text,
        country char(2),
        orcid text,
        locale text not null default 'en',
        version int not null default 1,
        created_at timestamptz not null
      );

      create table person_address (
        address text primary key,
        typed text not null,
        person_id text not null constraint fk_person_address_person references person (id),
        is_primary boolean not null default true,
        confirmed_at timestamptz,
        created_at timestamptz not null,
        constraint person_address_ascii check (address ~ '^[!-~]+@[!-~]+$')
      );
      create unique index person_address_one_primary on person_address (person_id) where is_primary;

      create table conference (
        id text primary key,
        slug text not null constraint conference_slug_key unique,
        code_prefix text not null constraint conference_code_prefix_key unique,
        name text not null,
        subtitle text not null default '',
        organiser_name text not null,
        description text not null default '',
        venue text not null default '',
        contact_address text not null default '',
        starts_on date,
        ends_on date,
        time_zone text not null,
        floor_language text not null default 'en',
        interpretation text[] not null default '{}',
        previous_id text constraint fk_conference_previous references conference (id),
        kind text not null default 'real',
        letters_open boolean not null default true,
        registration_open boolean not null default true,
        version int not null default 1,
        created_at timestamptz not null,
        constraint conference_slug_form check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 60),
        constraint conference_code_prefix_form check (code_prefix ~ '^[A-Z]{2,5}$'),
        constraint conference_kind check (kind in ('real', 'example', 'rehearsal')),
        constraint conference_days check (ends_on is null or (starts_on is not null and ends_on >= starts_on))
      );

      create table role_grant (
        id text primary key,
        person_id text not null constraint fk_role_grant_person references person (id),
        conference_id text constraint fk_role_grant_conference references conference (id),
        role text not null,
        granted_by text constraint fk_role_grant_granted_by references person (id),
        granted_at timestamptz not null,
        revoked_at timestamptz,
        constraint role_grant_role check (role in ('operator', 'organiser', 'chair', 'proceedings_editor',
          'programme_editor', 'partner_manager', 'safeguarding_officer', 'auditor')),
        constraint role_grant_scope check ((role = 'operator') = (conference_id is null))
      );
      create unique index role_grant_once on role_grant (person_id, coalesce(conference_id, ''), role)
        where revoked_at is null;

      create table sign_in_link (
        id text primary key,
        secret_hash text not null constraint sign_in_link_secret_hash_key unique,
        address text not null,
        typed text not null,
        next_path text not null default '/me',
        created_at timestamptz not null,
        expires_at timestamptz not null,
        used_at timestamptz
      );
      create index sign_in_link_address on sign_in_link (address, created_at);

      create table login_session (
        id text primary key,
        secret_hash text not null constraint login_session_secret_hash_key unique,
        person_id text not null constraint fk_login_session_person references person (id),
        browser text not null default '',
        created_at timestamptz not null,
        last_seen_at timestamptz not null,
        expires_at timestamptz not null,
        revoked_at timestamptz
      );
      create index login_session_person on login_session (person_id);

      create table access_token (
        id text primary key,
        secret_hash text not null constraint access_token_secret_hash_key unique,
        person_id text not null constraint fk_access_token_person references person (id),
        name text not null,
        role text,
        conference_id text constraint fk_access_token_conference references conference (id),
        rehearsal boolean not null default false,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        revoked_at timestamptz,
        last_used_at timestamptz
      );
      create index access_token_person on access_token (person_id);

      create table audit_entry (
        id text primary key,
        conference_id text,
        at timestamptz not null,
        actor_kind text not null,
        actor_id text,
        action text not null,
        subject_type text not null,
        subject_id text not null,
        before jsonb,
        after jsonb,
        reason text,
        request_id text not null,
        sealed_at bigint constraint audit_entry_sealed_at_key unique,
        constraint audit_entry_actor_kind check (actor_kind in ('person', 'guest', 'system'))
      );
      create index audit_entry_subject on audit_entry (subject_type, subject_id, at);
      create index audit_entry_unsealed on audit_entry (at) where sealed_at is null;

      create table idempotency_key (
        owner text not null,
        key text not null,
        route text not null,
        body_hash text not null,
        result_id text,
        created_at timestamptz not null,
        constraint idempotency_key_pkey primary key (owner, key)
      );

      create table installation_fact (
        key text primary key,
        value jsonb not null,
        at timestamptz not null
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table installation_fact, idempotency_key, audit_entry, access_token, login_session, sign_in_link,
        role_grant, conference, person_address, person;
    `);
  }
}
