import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Calls, topics and criteria; submissions with their authors and history; letters of interest; registrations. */
export class Submissions1795000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table call (
        id text primary key,
        conference_id text not null constraint fk_call_conference references conference (id),
        opens_at timestamptz not null,
        closes_at timestamptz not null,
        zone text not null default 'Etc/GMT+12',
        grace_minutes int not null default 0,
        word_limit int not null default 300,
        blindness text not null default 'double',
        rules text not null default '',
        reviews_per_submission int not null default 3,
        reviews_due_at timestamptz,
        decisions_on date,
        reviewing_since timestamptz,
        version int not null default 1,
        created_at timestamptz not null,
        constraint call_window check (closes_at > opens_at),
        constraint call_grace check (grace_minutes between 0 and 1440),
        constraint call_word_limit check (word_limit between 50 and 5000),
        constraint call_reviews check (reviews_per_submission between 1 and 20),
        constraint call_blindness check (blindness in ('open', 'single', 'double'))
      );
      create index call_conference on call (conference_id);

      create table topic (
        id text primary key,
        conference_id text not null constraint fk_topic_conference references conference (id),
        position int not null,
        title text not null,
        retired_at timestamptz,
        constraint topic_position unique (conference_id, position) deferrable initially deferred
      );

      create table criterion (
        id text primary key,
        call_id text not null constraint fk_criterion_call references call (id),
        position int not null,
        title text not null,
        anchors text[] not null,
        weight int not null default 1,
        retired_at timestamptz,
        constraint criterion_position unique (call_id, position) deferrable initially deferred,
        constraint criterion_anchors check (cardinality(anchors) = 5),
        constraint criterion_weight check (weight between 1 and 10)
      );

      create table submission (
        id text primary key,
        conference_id text not null constraint fk_submission_conference references conference (id),
        call_id text not null constraint fk_submission_call references call (id),
        status text not null,
        former_status text,
        title text not null default '',
        abstract text not null default '',
        word_count int not null default 0,
        text_hash text not null default '',
        version int not null default 1,
        created_by text not null constraint fk_submission_created_by references person (id),
        created_at timestamptz not null,
        updated_at timestamptz not null,
        submitted_at timestamptz,
        withdrawn_at timestamptz,
        withdrawal_reason text,
        held_until timestamptz,
        search_text text not null default '',
        constraint submission_status check (status in ('draft', 'submitted', 'under_review', 'accepted',
          'conditionally_accepted', 'waitlisted', 'rejected', 'confirmed', 'published', 'withdrawn')),
        constraint submission_withdrawn check ((status = 'withdrawn') = (withdrawn_at is not null)
          and (status = 'withdrawn') = (former_status is not null)),
        constraint submission_complete check (status in ('draft', 'withdrawn')
          or (submitted_at is not null and title <> '' and abstract <> ''))
      );
      create index submission_conference on submission (conference_id, status, id);
      create index submission_created_by on submission (created_by);

      create table submission_author (
        id text primary key,
        submission_id text not null constraint fk_submission_author_submission references submission (id) on delete cascade,
        position int not null,
        -- A draft's authors are only words; they become people when it is submitted.
        person_id text constraint fk_submission_author_person references person (id),
        name text not null,
        native_name text,
        affiliation text,
        country char(2),
        address text,
        orcid text,
        corresponding boolean not null default false,
        presenting boolean not null default false,
        constraint submission_author_position unique (submission_id, position) deferrable initially deferred,
        constraint submission_author_corresponding check (not corresponding or address is not null or person_id is null)
      );
      create unique index submission_author_person on submission_author (submission_id, person_id);
      create unique index submission_author_one_corresponding on submission_author (submission_id) where corresponding;
      create index submission_author_of on submission_author (person_id);

      create table submission_topic (
        submission_id text not null constraint fk_submission_topic_submission references submission (id) on delete cascade,
        topic_id text not null constraint fk_submission_topic_topic references topic (id),
        constraint submission_topic_pkey primary key (submission_id, topic_id)
      );
      create index submission_topic_topic on submission_topic (topic_id);

      create table submission_version (
        submission_id text not null constraint fk_submission_version_submission references submission (id) on delete cascade,
        version int not null,
        status text not null,
        title text not null,
        abstract text not null,
        word_count int not null,
        text_hash text not null,
        at timestamptz not null,
        by_person text constraint fk_submission_version_by references person (id),
        constraint submission_version_pkey primary key (submission_id, version)
      );

      create table letter_of_interest (
        id text primary key,
        conference_id text not null constraint fk_letter_conference references conference (id),
        person_id text not null constraint fk_letter_person references person (id),
        organisation text not null,
        country char(2),
        website text,
        contact_name text not null,
        address text not null,
        contribution text not null,
        letter text not null,
        word_count int not null,
        status text not null default 'received',
        answer text,
        answered_by text constraint fk_letter_answered_by references person (id),
        answered_at timestamptz,
        held_until timestamptz,
        version int not null default 1,
        created_at timestamptz not null,
        constraint letter_status check (status in ('received', 'considered', 'welcomed', 'declined', 'withdrawn')),
        constraint letter_contribution check (contribution in ('funding', 'expertise', 'venue', 'media', 'participants', 'other')),
        constraint letter_answered check ((status in ('welcomed', 'declined')) = (answered_at is not null))
      );
      create index letter_conference on letter_of_interest (conference_id, created_at);
      create index letter_person on letter_of_interest (person_id);

      create table registration (
        id text primary key,
        conference_id text not null constraint fk_registration_conference references conference (id),
        person_id text not null constraint fk_registration_person references person (id),
        name text not null,
        affiliation text,
        country char(2),
        address text not null,
        attendance text not null,
        interpretation text,
        access_needs text,
        status text not null default 'registered',
        held_until timestamptz,
        version int not null default 1,
        created_at timestamptz not null,
        cancelled_at timestamptz,
        constraint registration_attendance check (attendance in ('in_person', 'online')),
        constraint registration_status check (status in ('registered', 'cancelled')),
        constraint registration_cancelled check ((status = 'cancelled') = (cancelled_at is not null))
      );
      create unique index registration_once on registration (conference_id, person_id) where status = 'registered';
      create index registration_person on registration (person_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table registration, letter_of_interest, submission_version, submission_topic, submission_author, submission,
        criterion, topic, call;
    `);
  }
}
