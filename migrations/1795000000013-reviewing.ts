import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What surrounds a review: how a call reviews, private notes, reminders, discussions, authors' responses, meta-reviews. A call
 * without a row of settings does what calls did before.
 */
export class Reviewing1795000000013 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table reviewing_settings (
        call_id text primary key constraint fk_reviewing_settings_call references call (id),
        overall_words text[] not null default '{}',
        confidence_words text[] not null default '{}',
        late_days int not null default 0,
        reminder_days jsonb not null default '[]',
        reminders_since timestamptz,
        discussion boolean not null default false,
        response_word_limit int not null default 300,
        response_scores boolean not null default false,
        response_opened_at timestamptz,
        response_closes_at timestamptz,
        version int not null default 1,
        constraint reviewing_settings_words check (cardinality(overall_words) in (0, 5) and cardinality(confidence_words) in (0, 5)),
        constraint reviewing_settings_late check (late_days between 0 and 60),
        constraint reviewing_settings_reminders check (jsonb_typeof(reminder_days) = 'array' and jsonb_array_length(reminder_days) <= 10),
        constraint reviewing_settings_response_words check (response_word_limit between 50 and 2000),
        constraint reviewing_settings_response check ((response_opened_at is null) = (response_closes_at is null))
      );

      alter table review
        add column revised_at timestamptz,
        add column overall_before int,
        add constraint review_revised check ((revised_at is null) = (overall_before is null) and (revised_at is null or status = 'handed_in')),
        add constraint review_overall_before check (overall_before between 1 and 5);

      create table review_note (
        assignment_id text primary key constraint fk_review_note_assignment references assignment (id) on delete cascade,
        sealed text not null,
        updated_at timestamptz not null
      );

      create table review_reminder (
        assignment_id text not null constraint fk_review_reminder_assignment references assignment (id) on delete cascade,
        step int not null,
        sent_at timestamptz not null,
        constraint review_reminder_pkey primary key (assignment_id, step),
        constraint review_reminder_step check (step between -60 and 60)
      );

      create table discussion (
        submission_id text primary key constraint fk_discussion_submission references submission (id) on delete cascade,
        opened_at timestamptz not null,
        opened_by text constraint fk_discussion_opened_by references person (id),
        closed_at timestamptz,
        version int not null default 1
      );

      create table discussion_seat (
        submission_id text not null constraint fk_discussion_seat_discussion references discussion (submission_id) on delete cascade,
        reviewer_id text not null constraint fk_discussion_seat_reviewer references reviewer (id),
        place int not null,
        constraint discussion_seat_pkey primary key (submission_id, reviewer_id),
        constraint discussion_seat_place_key unique (submission_id, place),
        constraint discussion_seat_place check (place > 0)
      );

      create table discussion_post (
        id text primary key,
        submission_id text not null,
        reviewer_id text not null,
        text text not null,
        version int not null default 1,
        posted_at timestamptz not null,
        edited_at timestamptz,
        constraint fk_discussion_post_seat foreign key (submission_id, reviewer_id)
          references discussion_seat (submission_id, reviewer_id) on delete cascade,
        constraint discussion_post_edited check ((version = 1) = (edited_at is null))
      );
      create index discussion_post_submission on discussion_post (submission_id, posted_at);

      create table discussion_edit (
        post_id text not null constraint fk_discussion_edit_post references discussion_post (id) on delete cascade,
        version int not null,
        text text not null,
        until timestamptz not null,
        constraint discussion_edit_pkey primary key (post_id, version)
      );

      create table author_response (
        submission_id text primary key constraint fk_author_response_submission references submission (id) on delete cascade,
        reviews jsonb not null,
        opened_at timestamptz not null,
        text text not null default '',
        word_count int not null default 0,
        answered_by text constraint fk_author_response_answered_by references person (id),
        answered_at timestamptz,
        version int not null default 1,
        constraint author_response_reviews check (jsonb_typeof(reviews) = 'array'),
        constraint author_response_answered check ((text = '') = (answered_at is null))
      );

      create table meta_review (
        submission_id text primary key constraint fk_meta_review_submission references submission (id) on delete cascade,
        text text not null,
        for_authors boolean not null,
        written_by text not null constraint fk_meta_review_written_by references person (id),
        written_at timestamptz not null,
        version int not null default 1,
        constraint meta_review_text check (text <> '')
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table meta_review;
      drop table author_response;
      drop table discussion_edit;
      drop table discussion_post;
      drop table discussion_seat;
      drop table discussion;
      drop table review_reminder;
      drop table review_note;
      alter table review drop column overall_before, drop column revised_at;
      drop table reviewing_settings;
    `);
  }
}
