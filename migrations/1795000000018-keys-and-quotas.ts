import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lighter checks of the record's entries: PostgreSQL reads each check anew for each statement, and every change pays. */
export class KeysAndQuotas1795000000018 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table audit_entry drop constraint audit_entry_sealed, drop constraint audit_entry_reason;
      alter table audit_entry
        add constraint audit_entry_sealed check ((epoch is null) = (leaf_index is null)),
        -- A reason may be forgotten, together with its salt; the hash stays.
        add constraint audit_entry_reason check ((reason is null) = (reason_salt is null)
          and (reason is null or reason_hash is not null));

      alter table proceedings_build rename column names_protected to renews;
      -- What was only marked until now is taken down.
      delete from proceedings_file where build_id in (select id from proceedings_build where renews);
      delete from proceedings_build where renews;

      -- How many pages of a paper were searched for names.
      alter table paper add column pages_read int not null default 0;
      update paper set pages_read = first_page_read::int;
      alter table paper drop column first_page_read, alter column pages_read drop default,
        add constraint paper_pages_read check (pages_read between 0 and pages);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table paper add column first_page_read boolean not null default false;
      update paper set first_page_read = pages_read > 0;
      alter table paper drop column pages_read, alter column first_page_read drop default;
      alter table proceedings_build rename column renews to names_protected;
      alter table audit_entry drop constraint audit_entry_sealed, drop constraint audit_entry_reason;
      alter table audit_entry
        add constraint audit_entry_sealed check (num_nulls(epoch, leaf_index) in (0, 2)),
        add constraint audit_entry_reason check (num_nulls(reason, reason_salt) in (0, 2)
          and (reason is null or reason_hash is not null));
    `);
  }
}
