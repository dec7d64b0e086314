import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { Audit } from '../src/audit/audit.service.js';
import { CONTENT, entryHash, type EntryContent } from '../src/audit/entry-leaf.js';
import { readKeptHead } from '../src/audit/kept-head.js';
import { RecordLog } from '../src/audit/record-log.js';
import { Sealer } from '../src/audit/sealer.js';
import { verifyRecord, type KeptHead } from '../src/audit/verify.js';
import { systemActor } from '../src/platform/actor.js';
import { CONFIG, type Config } from '../src/platform/config.js';
import { Work } from '../src/platform/work.js';
import { createTestApp, type TestApp } from './support/app.js';

jest.setTimeout(120_000);

let app: TestApp;
let sealer: Sealer;
let log: RecordLog;

beforeAll(async () => {
  app = await createTestApp();
  sealer = app.app.get(Sealer);
  log = app.app.get(RecordLog);
});
afterAll(() => app.close());

let serial = 0;

/** Entries of the record, as changes leave them. @returns their ids, in the order in which they are sealed */
async function entries(count: number, reason?: string): Promise<string[]> {
  const ids: string[] = [];
  for (let left = count; left > 0; left -= 1) {
    serial += 1;
    const subject = `S-${serial}`;
    await app.app.get(Work).run((tx) =>
      app.app.get(Audit).record(tx, systemActor('test'), {
        conferenceId: null,
        action: 'test.done',
        subject: ['test', subject],
        before: { status: 'draft' },
        after: { status: 'done', words: serial },
        ...(reason && { reason }),
      }),
    );
    const rows: { id: string }[] = await app.db.query(`select id from audit_entry where subject_id = $1`, [
      subject,
    ]);
    ids.push(rows[0]!.id);
  }
  return ids;
}

const indexOf = async (id: string): Promise<number | null> => {
  const rows: { index: number | null }[] = await app.db.query(
    `select leaf_index::float8 as index from audit_entry where id = $1`,
    [id],
  );
  return rows[0]!.index;
};

/** Seven hundred entries at once. */
async function many(prefix: string): Promise<void> {
  await app.db.query(
    `insert into audit_entry (id, at, actor_kind, action, subject_type, subject_id, after, request_id)
       select $1 || n, clock_timestamp(), 'system', 'test.many', 'test', n::text, jsonb_build_object('n', n), 'test'
       from generate_series(1, 700) n`,
    [prefix],
  );
}

/** Undoes what a test has done to the tables of the record, behind the back of their triggers. */
async function tampered(sql: string[], check: () => Promise<void>): Promise<void> {
  const runner = app.db.createQueryRunner();
  const tables = ['audit_entry', 'tree_head', 'record_tile', 'record_epoch', 'signing_key'];
  await runner.connect();
  try {
    await runner.query(`set session_replication_role = replica`);
    for (const table of tables) await runner.query(`create table kept_${table} as table ${table}`);
    for (const one of sql) await runner.query(one);
    await check();
  } finally {
    for (const table of tables) {
      await runner.query(`delete from ${table}`);
      await runner.query(`insert into ${table} select * from kept_${table}`);
      await runner.query(`drop table kept_${table}`);
    }
    await runner.query(`set session_replication_role = origin`);
    await runner.release();
  }
}

async function keptNow(): Promise<KeptHead> {
  const head = (await log.latest())!;
  const key = (await log.keys()).find(({ keyId }) => keyId === head.keyId)!;
  return { head, publicKey: key.publicKey };
}

describe('sealing', () => {
  it('numbers committed entries in their order and signs a head', async () => {
    const ids = await entries(3);
    expect(await sealer.seal()).toBeGreaterThanOrEqual(3);
    const [first, second, third] = await Promise.all(ids.map(indexOf));
    expect([second, third]).toEqual([first! + 1, first! + 2]);
    const head = (await log.latest())!;
    expect(head).toMatchObject({ epoch: 1, size: third! + 1, previous: null });
    expect(await sealer.seal()).toBe(0);
    expect((await log.latest())!.at).toBe(head.at);
    expect(await verifyRecord(app.db, await keptNow())).toMatchObject({ found: 0, waiting: 0 });
  });

  it('gives an entry that commits late a later number, and loses none', async () => {
    const runner = app.db.createQueryRunner();
    await runner.connect();
    await runner.startTransaction();
    await runner.query(
      `insert into audit_entry (id, at, actor_kind, action, subject_type, subject_id, request_id)
       values ('late', clock_timestamp() - interval '1 hour', 'system', 'test.late', 'test', 'late', 'test')`,
    );
    const [soon] = await entries(1);
    await sealer.seal();
    expect(await indexOf(soon!)).not.toBeNull();
    await runner.commitTransaction();
    await runner.release();
    await sealer.seal();
    expect(await indexOf('late')).toBe((await indexOf(soon!))! + 1);
    expect(await verifyRecord(app.db)).toMatchObject({ found: 0 });
  });

  it('is done once by any number of sealers at once', async () => {
    const before = (await log.latest())!.size;
    await entries(40);
    const counts = await Promise.all(Array.from({ length: 6 }, () => sealer.seal()));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(40);
    expect((await log.latest())!.size).toBe(before + 40);
    expect(await verifyRecord(app.db)).toMatchObject({ found: 0 });
  });

  it('goes on over many tiles and heads', async () => {
    await many('m');
    expect(await sealer.seal()).toBe(700);
    await entries(2);
    expect(await sealer.seal()).toBe(2);
    expect(await verifyRecord(app.db, await keptNow())).toMatchObject({ found: 0 });
  });
});

describe('what is sealed', () => {
  it('is kept by the database itself, but for a reason that is forgotten', async () => {
    const [id] = await entries(1, 'The author is ill.');
    await sealer.seal();
    const refused = /stays as it is/;
    const change = (sql: string): Promise<unknown> => app.db.query(sql, [id]);
    await expect(change(`delete from audit_entry where id = $1`)).rejects.toThrow(refused);
    await expect(change(`update audit_entry set action = 'x' where id = $1`)).rejects.toThrow(refused);
    await expect(change(`update audit_entry set reason = 'x' where id = $1`)).rejects.toThrow(refused);
    await expect(
      change(`update audit_entry set leaf_index = null, epoch = null where id = $1`),
    ).rejects.toThrow(refused);
    await expect(app.db.query(`update tree_head set size = size`)).rejects.toThrow(refused);
    await expect(app.db.query(`delete from record_epoch`)).rejects.toThrow(refused);
    const before = await verifyRecord(app.db);
    await change(`update audit_entry set reason = null, reason_salt = null where id = $1`);
    expect(await verifyRecord(app.db)).toMatchObject({ found: 0, forgotten: before.forgotten + 1 });
  });

  it('has no two equal salts, also where nobody gave one', async () => {
    const rows: { n: number; salts: number; short: number }[] = await app.db.query(
      `select count(*)::int as n, count(distinct salt)::int as salts,
         (count(*) filter (where salt !~ '^[0-9a-f]{32}$'))::int as short from audit_entry`,
    );
    expect(rows[0]!.salts).toBe(rows[0]!.n);
    expect(rows[0]!.short).toBe(0);
  });
});

describe('tampering', () => {
  const find = async (kept: KeptHead | null = null) => (await verifyRecord(app.db, kept)).findings;
  const names = (findings: { kind: string; what: string }[]): string[] =>
    findings.map(({ kind, what }) => `${kind} ${what}`);
  let kept: KeptHead;
  /** Four entries in a row under one head, with others before and after them. */
  let four: string[];
  let at: number;

  beforeAll(async () => {
    await many('t');
    await sealer.seal();
    four = await entries(4, 'Because.');
    await sealer.seal();
    at = (await indexOf(four[0]!))!;
    await entries(2);
    await sealer.seal();
    kept = await keptNow();
  });

  it('has not happened at first', async () => expect(await find(kept)).toEqual([]));

  it.each([
    ['action', `action = 'x'`],
    ['time', `at = at + interval '1 microsecond'`],
    ['actor', `actor_id = 'x'`],
    ['subject', `subject_id = subject_id || 'x'`],
    ['state before', `before = '{}'`],
    ['state after', `after = after || '{"words": 1.0000000000000000001}'`],
    ['conference', `conference_id = 'x'`],
    ['request', `request_id = 'x'`],
    ['salt', `salt = md5('x')`],
    ['hash of the reason', `reason_hash = md5('x'), reason = null, reason_salt = null`],
  ])('with the %s of an entry is found and the entry named', (_, set) =>
    tampered([`update audit_entry set ${set} where id = '${four[1]}'`], async () =>
      expect(names(await find(kept))).toEqual([`entry ${four[1]}`]),
    ),
  );

  it('with the reason of an entry is found and the entry named', () =>
    tampered([`update audit_entry set reason = 'Other.' where id = '${four[1]}'`], async () =>
      expect(names(await find(kept))).toEqual([`reason ${four[1]}`]),
    ));

  it('by dropping an entry is found and its place named', () =>
    tampered([`delete from audit_entry where id = '${four[2]}'`], async () =>
      expect(names(await find(kept))).toEqual([`missing index ${at + 2} of epoch 1`]),
    ));

  it('by dropping an entry and closing the gap is found, with its place', () =>
    tampered(
      [
        `delete from audit_entry where id = '${four[2]}'`,
        `update audit_entry set leaf_index = leaf_index - 1 where leaf_index > ${at + 2}`,
      ],
      async () => {
        const found = names(await find(kept));
        expect(found).toContain(`missing index ${at + 2} of epoch 1`);
        expect(found).toContain(`order ${four[3]}`);
      },
    ));

  it('with the order of two entries is found and both are named', () =>
    tampered(
      [
        `update audit_entry set leaf_index = -1 where id = '${four[0]}'`,
        `update audit_entry set leaf_index = ${at} where id = '${four[2]}'`,
        `update audit_entry set leaf_index = ${at + 2} where id = '${four[0]}'`,
      ],
      async () => expect(names(await find(kept))).toEqual([`order ${four[2]}`, `order ${four[0]}`]),
    ));

  const insert = (index: number, epoch = 1): string =>
    `insert into audit_entry (id, at, actor_kind, action, subject_type, subject_id, request_id, epoch, leaf_index)
     values ('forged', clock_timestamp(), 'system', 'x', 'x', 'x', 'x', ${epoch}, ${index})`;

  it('by inserting an entry is found and the entry named', () =>
    tampered(
      [
        `update audit_entry set leaf_index = -leaf_index - 1 where leaf_index >= ${at + 1}`,
        `update audit_entry set leaf_index = -leaf_index where leaf_index < 0`,
        insert(at + 1),
      ],
      async () => {
        const found = names(await find(kept));
        expect(found).toContain('inserted forged');
        expect(found).toContain(`order ${four[1]}`);
      },
    ));

  it('by adding a sealed entry at the end is found and the entry named', () =>
    tampered([insert(kept.head.size)], async () =>
      expect(names(await find(kept))).toEqual(['inserted forged']),
    ));

  it('by adding a sealed entry in an epoch that is not is found and the entry named', () =>
    tampered([insert(0, 9)], async () => expect(names(await find(kept))).toEqual(['inserted forged'])));

  it.each([
    ['size', `size = size - 1`],
    ['root', `root = md5('x') || md5('y')`],
    ['time', `at = at - interval '1 hour'`],
    ['signature', `signature = repeat('A', 86) || '=='`],
  ])('with the %s of a head is found and the head named', async (_, set) => {
    const rows: { number: string }[] = await app.db.query(
      `select number from tree_head where size = ${at + 4} order by number limit 1`,
    );
    const { number } = rows[0]!;
    await tampered([`update tree_head set ${set} where number = ${number}`], async () =>
      expect(names(await find(kept))).toContain(`head head ${number}`),
    );
  });

  it('by dropping a head is found and the head named', () =>
    tampered([`delete from tree_head where number = 2`], async () =>
      expect(names(await find(kept))).toEqual(['head head 2']),
    ));

  const setLeaf = (index: number, hash: string): string =>
    `update record_tile set hashes = overlay(hashes placing ${hash} from ${(index % 256) * 32 + 1})
     where level = 0 and position = ${Math.floor(index / 256)}`;

  it('with an entry and its stored hash is found, and the entries under the head named', async () => {
    const [entry]: EntryContent[] = await app.db.query(
      `select ${CONTENT} from audit_entry e where id = '${four[1]}'`,
    );
    const hash = entryHash({ ...entry!, action: 'x' }).toString('hex');
    await tampered(
      [
        `update audit_entry set action = 'x' where id = '${four[1]}'`,
        setLeaf(at + 1, `decode('${hash}', 'hex')`),
      ],
      async () => {
        const found = await find(kept);
        expect(found.map(({ kind }) => kind)).toEqual(['head', 'head', 'kept']);
        expect(found[0]!.message).toContain(
          `from index ${at} to ${at + 3}, or the head, are not what they were`,
        );
      },
    );
  });

  it('with a stored hash alone is found, and no entry accused', () =>
    tampered([setLeaf(at + 1, `sha256('x')`)], async () =>
      expect(names(await find(kept))).toEqual([`tree index ${at + 1} of epoch 1`]),
    ));

  it('with the hashes above the leaves is found', () =>
    tampered(
      [`update record_tile set hashes = overlay(hashes placing sha256('x') from 1) where level = 1`],
      async () => expect(names(await find(kept))).toEqual(['tree tile 1/0']),
    ));

  it('by cutting off the end, heads included, is found by the head kept outside', () =>
    tampered(
      [
        `delete from tree_head where size > ${at + 4}`,
        `delete from audit_entry where leaf_index >= ${at + 4}`,
      ],
      async () => {
        expect(await find()).toEqual([]);
        const [found, ...more] = await find(kept);
        expect(more).toEqual([]);
        expect(found!.message).toContain(`covers 2 entries that are gone, from index ${at + 4} to ${at + 5}`);
      },
    ));

  it('by sealing everything anew, with the real key, is found by the head kept outside', () =>
    tampered(
      [
        `update audit_entry set action = 'x' where id = '${four[1]}'`,
        `delete from tree_head`,
        `delete from record_tile`,
        `update audit_entry set epoch = null, leaf_index = null`,
      ],
      async () => {
        const { varDir } = app.app.get<Config>(CONFIG);
        const file = join(varDir, `record-head-${kept.head.log}.json`);
        const outside = await readFile(file, 'utf8');
        await rm(file);
        await sealer.seal();
        expect(await find()).toEqual([]);
        const found = await find(kept);
        expect(names(found)).toEqual([`kept head ${kept.head.size}`]);
        expect(found[0]!.message).toContain('has another root than the record now');
        await writeFile(file, outside);
      },
    ));

  it('with a public key is found and the key named', () =>
    tampered([`update signing_key set public_key = replace(public_key, 'MCow', 'MCox')`], async () =>
      expect(names(await find(kept))).toContain(`key ${kept.head.keyId}`),
    ));

  it('leaves nothing behind in these tests', async () => expect(await find(kept)).toEqual([]));
});

describe('a new epoch', () => {
  it('begins by itself where the database is older than the last head, and names that head', async () => {
    await sealer.seal();
    const { varDir } = app.app.get<Config>(CONFIG);
    const old = (await log.latest())!;
    await entries(3);
    await sealer.seal();
    const lost = (await log.latest())!;
    expect(await readKeptHead(varDir, lost.log)).toEqual(lost);
    // As a restore from a backup leaves it.
    const runner = app.db.createQueryRunner();
    await runner.query(`set session_replication_role = replica`);
    await runner.query(`delete from audit_entry where leaf_index >= $1`, [old.size]);
    await runner.query(`delete from tree_head where size > $1`, [old.size]);
    await runner.query(`delete from record_tile`);
    await runner.query(`set session_replication_role = origin`);
    await runner.release();
    await entries(2);
    expect(await sealer.seal()).toBe(2);
    const head = (await log.latest())!;
    expect(head).toMatchObject({
      epoch: 2,
      size: 2,
      previous: { epoch: 1, size: lost.size, root: lost.root },
    });
    expect(await sealer.seal()).toBe(0);
  });

  it('is begun by hand, with a reason, and goes on from there', async () => {
    const before = (await log.latest())!;
    const head = await sealer.newEpoch(systemActor('test'), 'A restore was rehearsed.');
    expect(head).toMatchObject({
      epoch: 3,
      previous: { epoch: 2, size: before.size, root: before.root },
    });
    await sealer.seal();
    const rows: unknown[] = await app.db.query(
      `select 1 from audit_entry where action = 'record.epoch_begun' and epoch = 3`,
    );
    expect(rows).toHaveLength(1);
  });
});
