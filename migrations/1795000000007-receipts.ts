import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The signed receipt of a submission's last version. */
export class Receipts1795000000007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table submission add column receipt text;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table submission drop column receipt;
    `);
  }
}
