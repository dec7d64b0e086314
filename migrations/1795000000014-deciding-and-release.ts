import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Deciding in moves that can be undone, frozen lists for release, and what follows a decision: attendance, changes within
 * limits, authors who joined later. Decisions that are there have no conditions and no rank.
 */
export class DecidingAndRelease1795000000014 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table deciding_settings (
        conference_id text primary key constraint fk_deciding_settings_conference references conference (id),
        text_required text[] not null default '{}',
        two_persons boolean not null default false,
        two_organisations boolean not null default false,
        places int,
        confirm_by timestamptz,
        reminder_days jsonb not null default '[]',
        edit_fields text[] not null default '{}',
        edit_until timestamptz,
        version int not null default 1,
        constraint deciding_settings_text_required
          check (text_required <@ '{accepted,conditionally_accepted,waitlisted,rejected}'::text[]),
        constraint deciding_settings_edit_fields check (edit_fields <@ '{title,abstract,topics,authors}'::text[]),
        constraint deciding_settings_places check (places > 0),
        constraint deciding_settings_organisations check (two_persons or not two_organisations),
        constraint deciding_settings_reminders check (jsonb_typeof(reminder_days) = 'array')
      );

      create table chair_organisation (
        conference_id text not null constraint fk_chair_organisation_conference references conference (id),
        person_id text not null constraint fk_chair_organisation_person references person (id),
        organisation text not null,
        constraint chair_organisation_pkey primary key (conference_id, person_id),
        constraint chair_organisation_named check (organisation <> '')
      );

      alter table pending_decision
        add column conditions text not null default '',
        add column rank int,
        add constraint pending_decision_conditions check (conditions = '' or outcome = 'conditionally_accepted'),
        add constraint pending_decision_rank check (rank is null or (outcome = 'waitlisted' and rank between 1 and 100000));
      alter table decision
        add column conditions text not null default '',
        add column rank int,
        add constraint decision_conditions check (conditions = '' or outcome = 'conditionally_accepted'),
        add constraint decision_rank check (rank is null or (outcome = 'waitlisted' and rank between 1 and 100000));

      create table decision_move (
        id text primary key,
        conference_id text not null constraint fk_decision_move_conference references conference (id),
        moved_by text not null constraint fk_decision_move_moved_by references person (id),
        moved_at timestamptz not null,
        seq bigint generated always as identity,
        undone_at timestamptz
      );
      create index decision_move_latest on decision_move (conference_id, moved_by, seq) where undone_at is null;

      create table decision_move_line (
        move_id text not null constraint fk_decision_move_line_move references decision_move (id) on delete cascade,
        submission_id text not null constraint fk_decision_move_line_submission references submission (id),
        was_version int,
        was_outcome text,
        was_reason text,
        was_text text,
        was_conditions text,
        was_rank int,
        became_version int,
        constraint decision_move_line_pkey primary key (move_id, submission_id),
        constraint decision_move_line_was check ((was_version is null) = (was_outcome is null)),
        constraint decision_move_line_moves check (was_version is not null or became_version is not null)
      );
      create index decision_move_line_submission on decision_move_line (submission_id);

      create table release_list (
        id text primary key,
        conference_id text not null constraint fk_release_list_conference references conference (id),
        status text not null default 'open',
        list_hash text not null,
        size int not null,
        created_by text not null constraint fk_release_list_created_by references person (id),
        created_at timestamptz not null,
        confirmed_by text constraint fk_release_list_confirmed_by references person (id),
        confirmed_at timestamptz,
        due_at timestamptz,
        scheduled_by text constraint fk_release_list_scheduled_by references person (id),
        settled_at timestamptz,
        release_id text constraint fk_release_list_release references decision_release (id),
        changes jsonb not null default '[]',
        version int not null default 1,
        constraint release_list_status check (status in ('open', 'released', 'stopped', 'discarded')),
        constraint release_list_size check (size > 0),
        constraint release_list_two check (status <> 'open' or confirmed_by <> created_by),
        constraint release_list_confirmed check ((confirmed_by is null) = (confirmed_at is null)),
        constraint release_list_scheduled check ((due_at is null) = (scheduled_by is null)),
        constraint release_list_settled check ((status = 'open') = (settled_at is null)),
        constraint release_list_released check ((status = 'released') = (release_id is not null)),
        constraint release_list_release_key unique (release_id)
      );
      create index release_list_conference on release_list (conference_id, created_at);
      create index release_list_due on release_list (due_at) where status = 'open' and due_at is not null;

      create table release_list_line (
        list_id text not null constraint fk_release_list_line_list references release_list (id) on delete cascade,
        submission_id text not null constraint fk_release_list_line_submission references submission (id),
        outcome text not null,
        version int not null,
        decided_at timestamptz not null,
        submission_version int not null,
        words_hash text not null,
        comments_hash text not null,
        constraint release_list_line_pkey primary key (list_id, submission_id)
      );
      create index release_list_line_submission on release_list_line (submission_id);

      create table decision_recipient (
        decision_id text not null constraint fk_decision_recipient_decision references decision (id) on delete cascade,
        position int not null,
        person_id text not null constraint fk_decision_recipient_person references person (id),
        why text not null,
        constraint decision_recipient_pkey primary key (decision_id, position),
        constraint decision_recipient_why check (why in ('author', 'shared', 'noAddress'))
      );
      create index decision_recipient_person on decision_recipient (person_id);

      create table attendance_reminder (
        submission_id text not null constraint fk_attendance_reminder_submission references submission (id) on delete cascade,
        confirm_by timestamptz not null,
        days int not null,
        written_at timestamptz not null,
        constraint attendance_reminder_pkey primary key (submission_id, confirm_by, days)
      );

      alter table submission_author add column joined_at timestamptz, add column joined_seen_at timestamptz,
        add constraint submission_author_joined check (joined_seen_at is null or joined_at is not null);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table submission_author drop column joined_at, drop column joined_seen_at;
      drop table attendance_reminder, decision_recipient, release_list_line, release_list, decision_move_line,
        decision_move, chair_organisation, deciding_settings;
      alter table decision drop column conditions, drop column rank;
      alter table pending_decision drop column conditions, drop column rank;
    `);
  }
}
