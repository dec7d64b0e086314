import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../migrations/index.js';
import { databaseOptions } from '../src/platform/database.js';
import { createTestApp } from './support/app.js';
import { createTestDatabase } from './support/database.js';

interface ColumnRow {
  table: string;
  column: string;
  type: string;
  nullable: boolean;
}

const columnsOf = (db: DataSource): Promise<ColumnRow[]> =>
  db.query(
    `select table_name as table, column_name as column, is_nullable = 'YES' as nullable,
       case data_type when 'timestamp with time zone' then 'timestamptz' when 'character' then 'char' when 'ARRAY' then 'text[]'
         when 'integer' then 'int' else data_type end as type
     from information_schema.columns where table_schema = 'public' order by 1, 2`,
  );

describe('migrations', () => {
  it('take back what they did, in reverse, and do it again', async () => {
    const database = await createTestDatabase();
    const db = new DataSource(databaseOptions(database.url, 2));
    await db.initialize();
    const before = await columnsOf(db);
    for (let left = MIGRATIONS.length; left > 0; left -= 1) await db.undoLastMigration();
    expect((await columnsOf(db)).filter((row) => row.table !== 'migrations')).toEqual([]);
    await db.runMigrations();
    expect(await columnsOf(db)).toEqual(before);
    await db.destroy();
    await database.drop();
  });
});

describe('entities', () => {
  it('say what the schema says, column by column', async () => {
    const app = await createTestApp();
    const schema = new Map((await columnsOf(app.db)).map((row) => [`${row.table}.${row.column}`, row]));
    // Written by plain SQL only: they have no entity.
    const plain = ['migrations', 'idempotency_key', 'installation_fact'];
    const mapped = app.db.entityMetadatas.flatMap((entity) =>
      entity.columns.map((column) => ({
        name: `${entity.tableName}.${column.databaseName}`,
        nullable: column.isNullable,
        type: column.isArray ? `${String(column.type)}[]` : String(column.type),
      })),
    );
    const wrong = mapped.filter(({ name, nullable, type }) => {
      const row = schema.get(name);
      return !row || row.nullable !== nullable || row.type !== type;
    });
    expect(wrong.map((one) => ({ ...one, schema: schema.get(one.name) }))).toEqual([]);
    const unmapped = [...schema.values()].filter(
      (row) => !plain.includes(row.table) && !mapped.some((one) => one.name === `${row.table}.${row.column}`),
    );
    expect(unmapped).toEqual([]);
    await app.close();
  });
});
