import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import type { Call } from '../conferences/call.entity.js';
import type { Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import { Refusal } from '../platform/refusal.js';
import { Storage } from '../platform/storage.js';
import { sha256 } from '../platform/text.js';
import { Work, type Tx } from '../platform/work.js';
import { namingsIn, type NamedAuthor } from './naming-rules.js';
import { Paper, type PaperNaming } from './paper.entity.js';
import { readPaper, wordsOfPages } from './paper-reading.js';
import { scan } from './paper-scan.js';
import type { Submission } from './submission.entity.js';
import { EDITABLE } from './submission-rules.js';
import { Submissions } from './submissions.service.js';

const MB = 1024 * 1024;

/** Papers beside the abstracts; the only writer of their table. */
@Injectable()
export class Papers {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly audit: Audit,
    private readonly storage: Storage,
    private readonly submissions: Submissions,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Most bytes that a paper of this call may have: what the organisers say, and never more than the installation takes. */
  limitOf(call: Call): number {
    return Math.min(call.paperLimitMb, this.config.maxPaperMb) * MB;
  }

  /**
   * What is to be known before a byte of a paper is read: whether its call asks for one now, and how large it may be.
   * @throws Refusal 409 `paper.notAsked`, `submission.notEditable`; 422 `call.closed`, `call.notOpen`
   */
  async allowance(actor: Actor, submission: Submission): Promise<number> {
    return this.work.run(async (tx) => {
      const call = await this.submissions.openCall(tx, actor, submission.conferenceId);
      this.check(call, submission);
      return this.limitOf(call);
    });
  }

  private check(call: Call, submission: Submission): void {
    if (call.paper === 'none') throw new Refusal('conflict', 'paper.notAsked');
    if (!EDITABLE.includes(submission.status))
      throw new Refusal('conflict', 'submission.notEditable', { values: { status: submission.status } });
  }

  /**
   * Takes a paper in as the latest version, the bytes it has already as no new one. It is hostile until it has been written anew,
   * and stored only then.
   * @throws Refusal 413 `paper.size`, 422 `paper.*` for a file that cannot be taken, 503 `paper.unscanned`, 507 `storage.full`,
   *   and as {@link allowance}
   */
  async upload(actor: Actor, submission: Submission, bytes: Buffer): Promise<Paper> {
    const limit = await this.allowance(actor, submission);
    if (bytes.length > limit) throw tooLarge(limit);
    const digest = sha256(bytes);
    const latest = await this.latest(submission.id);
    if (latest?.sha256 === digest) return latest;
    await this.scanned(bytes);
    const clean = await readPaper(bytes);
    const pages = (await wordsOfPages(clean.pdf)).slice(0, clean.pages);
    const [whole] = await this.submissions.whole([submission]);
    const found = whole!.hidesAuthors ? namings(clean.metadata, pages, whole!.authors) : [];
    const copy = Buffer.from(clean.pdf);
    await this.storage.put(bytes);
    const cleanSha256 = await this.storage.put(copy);
    return this.work.run(async (tx) => {
      const current = await this.submissions.lock(tx, submission.id);
      const call = await this.submissions.openCall(tx, actor, current.conferenceId);
      this.check(call, current);
      await this.withinQuota(tx, actor, current.conferenceId, bytes.length);
      const before = await tx.manager.findOne(Paper, {
        where: { submissionId: current.id },
        order: { version: 'DESC' },
      });
      const paper: Paper = {
        submissionId: current.id,
        version: (before?.version ?? 0) + 1,
        pages: clean.pages,
        size: bytes.length,
        sha256: digest,
        cleanSize: copy.length,
        cleanSha256,
        found,
        pagesRead: pages.length,
        uploadedAt: tx.now,
        uploadedBy: actor.personId!,
      };
      await tx.manager.insert(Paper, paper);
      await this.audit.record(tx, actor, {
        conferenceId: current.conferenceId,
        action: before ? 'paper.replaced' : 'paper.uploaded',
        subject: ['submission', current.id],
        before: before ? { version: before.version, sha256: before.sha256 } : {},
        after: { version: paper.version, pages: paper.pages, size: paper.size, sha256: paper.sha256 },
      });
      return paper;
    });
  }

  /** @throws Refusal 422 `paper.infected`; 503 `paper.unscanned` where the scanner cannot say */
  private async scanned(bytes: Buffer): Promise<void> {
    const { scanCommand } = this.config;
    const result = scanCommand === undefined ? 'clean' : await scan(scanCommand, bytes);
    if (result === 'infected') throw new Refusal('rule', 'paper.infected');
    if (result === 'unknown') throw new Refusal('unavailable', 'paper.unscanned');
  }

  /** One at a time for each person, so that two at once cannot slip under the limit. @throws Refusal 422 `paper.quota` */
  private async withinQuota(tx: Tx, actor: Actor, conferenceId: string, size: number): Promise<void> {
    await tx.manager.query(`select pg_advisory_xact_lock(hashtextextended('papers ' || $1 || $2, 0))`, [
      actor.personId,
      conferenceId,
    ]);
    const [row]: { used: number }[] = await tx.manager.query(
      `select coalesce(sum(p.size), 0)::float8 as used from paper p join submission s on s.id = p.submission_id
       where p.uploaded_by = $1 and s.conference_id = $2`,
      [actor.personId, conferenceId],
    );
    if (row!.used + size <= this.config.paperQuotaMb * MB) return;
    const left = Math.max(0, this.config.paperQuotaMb * MB - row!.used);
    throw new Refusal('rule', 'paper.quota', {
      values: { limit: this.config.paperQuotaMb, left: Math.floor((left / MB) * 10) / 10 },
    });
  }

  /** Every version, newest first. */
  async versions(submissionId: string): Promise<Paper[]> {
    return this.db.manager.find(Paper, { where: { submissionId }, order: { version: 'DESC' }, take: 200 });
  }

  /** The latest version, which is the paper; null where there is none. */
  async latest(submissionId: string): Promise<Paper | null> {
    return this.db.manager.findOne(Paper, { where: { submissionId }, order: { version: 'DESC' } });
  }

  /**
   * A version as it was sent, for its authors and organisers. What a file says of who made it is for nobody else where an author
   * is protected: whoever is no author gets the copy then.
   * @throws Refusal 409 `paper.none`
   */
  async original(
    actor: Actor,
    submissionId: string,
    version: string,
  ): Promise<{ name: string; file: Buffer }> {
    const paper = /^\d{1,9}$/.test(version)
      ? await this.db.manager.findOneBy(Paper, { submissionId, version: Number(version) })
      : null;
    if (!paper) throw new Refusal('conflict', 'paper.none');
    const [row]: { copied: boolean }[] = await this.db.query(
      `select bool_or(a.protected) and not bool_or(a.person_id is not distinct from $2 or s.created_by = $2) as copied
       from submission_author a join submission s on s.id = a.submission_id where s.id = $1`,
      [submissionId, actor.personId],
    );
    const file = await this.storage.read(row!.copied ? paper.cleanSha256 : paper.sha256);
    return { name: `${submissionId}-${paper.version}.pdf`, file };
  }

  /** The paper as reviewers get it: cleaned, and by a name that says nothing. @throws Refusal 409 `paper.none` */
  async copy(submissionId: string): Promise<{ name: string; file: Buffer }> {
    const paper = await this.latest(submissionId);
    if (!paper) throw new Refusal('conflict', 'paper.none');
    return { name: `${submissionId}.pdf`, file: await this.storage.read(paper.cleanSha256) };
  }

  /** What a call asks for, as its pages say it, with the limit in megabytes; null where it asks for no paper. */
  asked(call: Call): { required: boolean; limitMb: number } | null {
    if (call.paper === 'none') return null;
    return { required: call.paper === 'required', limitMb: this.limitOf(call) / MB };
  }
}

/** A paper of more than so many bytes. */
export const tooLarge = (limit: number): Refusal =>
  new Refusal('tooLarge', 'paper.size', { values: { limit: limit / MB } });

/** Each kind once for each place. */
function namings(
  metadata: readonly string[],
  [first, ...rest]: readonly string[],
  authors: readonly NamedAuthor[],
): PaperNaming[] {
  const places = { metadata: metadata.join('\n'), firstPage: first ?? '', laterPages: rest.join('\n') };
  return (['metadata', 'firstPage', 'laterPages'] as const).flatMap((where) =>
    [...new Set(namingsIn(places[where], authors).map(({ kind }) => kind))].map((kind) => ({ where, kind })),
  );
}
