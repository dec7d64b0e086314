import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What keeps mail in order: holds, the attempts that led to nothing, how the mail server fares, texts by conference and language,
 * and who has said that they want no more of a kind.
 */
export class MailInOrder1795000000015 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table mail_hold (
        id text primary key,
        -- Null for all mail of the installation.
        conference_id text constraint fk_mail_hold_conference references conference (id),
        reason text not null,
        held_at timestamptz not null,
        held_by text constraint fk_mail_hold_held_by references person (id),
        released_at timestamptz,
        released_by text constraint fk_mail_hold_released_by references person (id),
        constraint mail_hold_reason check (reason in ('person', 'restore')),
        constraint mail_hold_released check (released_by is null or released_at is not null)
      );
      create unique index mail_hold_once on mail_hold (coalesce(conference_id, '')) where released_at is null;
      create index mail_message_held on mail_message (id) where state = 'held';

      create table mail_attempt (
        message_id text not null constraint fk_mail_attempt_message references mail_message (id) on delete cascade,
        -- Version of the message that the attempt led to.
        version int not null,
        at timestamptz not null,
        state text not null,
        response text not null,
        constraint mail_attempt_pkey primary key (message_id, version),
        constraint mail_attempt_state check (state in ('refused', 'deferred', 'uncertain', 'bounced'))
      );

      create table mail_server (
        name text primary key,
        -- Up to when the turns of its rate are given away.
        turn_at timestamptz,
        trouble text,
        troubled_since timestamptz,
        constraint mail_server_trouble check ((trouble is null) = (troubled_since is null))
      );

      create table mail_language (
        conference_id text not null constraint fk_mail_language_conference references conference (id),
        locale text not null,
        constraint mail_language_pkey primary key (conference_id, locale),
        constraint mail_language_locale check (locale in ('hy', 'az', 'ru', 'tr'))
      );

      create table mail_template (
        conference_id text not null constraint fk_mail_template_conference references conference (id),
        kind text not null,
        locale text not null,
        version int not null,
        -- Null both: back to the text that the program brings along.
        subject text,
        text text,
        -- SHA-256 of the English text that a translation was made from.
        english_hash text,
        edited_by text constraint fk_mail_template_edited_by references person (id),
        edited_at timestamptz not null,
        constraint mail_template_pkey primary key (conference_id, kind, locale, version),
        constraint mail_template_locale check (locale in ('en', 'hy', 'az', 'ru', 'tr')),
        constraint mail_template_version check (version > 0),
        constraint mail_template_whole check ((subject is null) = (text is null)),
        constraint mail_template_one_line check (subject !~ '[\\r\\n]'),
        constraint mail_template_translation check ((locale = 'en') = (english_hash is null))
      );

      create table mail_stop (
        conference_id text not null constraint fk_mail_stop_conference references conference (id),
        kind text not null,
        address text not null,
        stopped_at timestamptz not null,
        constraint mail_stop_pkey primary key (conference_id, kind, address)
      );
      alter table mail_message
        -- Names the message to whoever follows its link to stop mail of its kind; only kinds that may be stopped have one.
        add column stop_token text constraint mail_message_stop_token unique;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table mail_message drop column stop_token;
      drop table mail_stop, mail_template, mail_language, mail_server, mail_attempt;
      drop index mail_message_held;
      drop table mail_hold;
    `);
  }
}
