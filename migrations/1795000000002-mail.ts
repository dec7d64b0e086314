import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The outbox. */
export class Mail1795000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table mail_message (
        id text primary key,
        conference_id text constraint fk_mail_message_conference references conference (id),
        kind text not null,
        recipient_id text constraint fk_mail_message_recipient references person (id),
        recipient_address text not null,
        recipient_name text not null default '',
        recipient_typed text not null,
        subject_id text not null,
        occasion text not null,
        resend_of text constraint fk_mail_message_resend_of references mail_message (id),
        locale text not null default 'en',
        subject text not null,
        text text not null,
        html text not null,
        body_hash text not null,
        message_id text not null constraint mail_message_message_id_key unique,
        state text not null default 'ready',
        attempts int not null default 0,
        next_attempt_at timestamptz not null,
        claimed_at timestamptz,
        sending_at timestamptz,
        settled_at timestamptz,
        response text,
        version int not null default 1,
        created_at timestamptz not null,
        constraint mail_message_state check (state in ('ready', 'held', 'claimed', 'sending', 'handed_over', 'refused',
          'deferred', 'uncertain', 'superseded', 'cancelled', 'bounced')),
        constraint mail_message_one_line check (subject !~ '[\\r\\n]'),
        constraint mail_message_settled check (
          (state in ('handed_over', 'refused', 'uncertain', 'superseded', 'cancelled', 'bounced')) = (settled_at is not null))
      );
      create unique index mail_message_once on mail_message (kind, recipient_address, subject_id, occasion)
        where resend_of is null;
      create index mail_message_due on mail_message (next_attempt_at) where state in ('ready', 'deferred');
      create index mail_message_under_way on mail_message (claimed_at) where state in ('claimed', 'sending');
      create index mail_message_conference on mail_message (conference_id, created_at desc, id);
      create index mail_message_subject on mail_message (subject_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table mail_message;`);
  }
}
