import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An abstract and where it stands. Its id is the public code, short and random, as in `PSC-7KQF3`. */
@Entity()
export class Submission {
  @PrimaryColumn('text') id: string;
  @Column('text') conferenceId: string;
  @Column('text') callId: string;
  @Column('text') status: string;
  /** Where it stood before it was withdrawn. */
  @Column('text', { nullable: true }) formerStatus: string | null;
  @Column('text') title: string;
  @Column('text') abstract: string;
  @Column('int') wordCount: number;
  /** SHA-256 of title, line feed, abstract: what the receipt vouches for. */
  @Column('text') textHash: string;
  /** Counts what the authors can see change; what only organisers know has versions of its own. */
  @Column('int') version: number;
  @Column('text') createdBy: string;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz') updatedAt: Date;
  @Column('timestamptz', { nullable: true }) submittedAt: Date | null;
  @Column('timestamptz', { nullable: true }) withdrawnAt: Date | null;
  @Column('text', { nullable: true }) withdrawalReason: string | null;
  /** A guest's submission waits until then for its address to be confirmed; it counts from the click. */
  @Column('timestamptz', { nullable: true }) heldUntil: Date | null;
  /** Signed, as text, of the last version that was handed in; null for a draft, and where no key was at hand. */
  @Column('text', { nullable: true }) receipt: string | null;
  /** Language tag of the text; null for the language of the conference's floor. */
  @Column('text', { nullable: true }) language: string | null;
  /** Words of title and abstract as PostgreSQL's text search has them; the database writes them. */
  @Column({ type: 'tsvector', nullable: true, select: false, insert: false, update: false }) terms?: string;
  /** Title, abstract and author names folded for search; see `platform/fold.ts`. */
  @Column('text') searchText: string;
}

/** One author of one submission, as named there. */
@Entity()
export class SubmissionAuthor {
  @PrimaryColumn('text') id: string;
  @Column('text') submissionId: string;
  /** From 1, in the order of the author line. */
  @Column('int') position: number;
  /** Null in a draft, whose authors are only words. */
  @Column('text', { nullable: true }) personId: string | null;
  @Column('text') name: string;
  @Column('text', { nullable: true }) nativeName: string | null;
  @Column('text', { nullable: true }) affiliation: string | null;
  /** The affiliation's iD in the Research Organization Registry. */
  @Column('text', { nullable: true }) ror: string | null;
  @Column('char', { length: 2, nullable: true }) country: string | null;
  /** Identity form of the address; in a draft as typed so far. */
  @Column('text', { nullable: true }) address: string | null;
  @Column('text', { nullable: true }) orcid: string | null;
  @Column('boolean') corresponding: boolean;
  @Column('boolean') presenting: boolean;
  /** What was typed of them: in a draft sealed under its writer's key, of a protected person under their own. */
  @Column('text', { nullable: true }) secret: string | null;
  /** The name is a pseudonym, the address a stand-in. */
  @Column('boolean') protected: boolean;
  /** When they were added to what was accepted already; null for those whom the reviewing knew. */
  @Column('timestamptz', { nullable: true }) joinedAt: Date | null;
  /** When an organiser has looked at that. */
  @Column('timestamptz', { nullable: true }) joinedSeenAt: Date | null;
}

@Entity()
export class SubmissionTopic {
  @PrimaryColumn('text') submissionId: string;
  @PrimaryColumn('text') topicId: string;
}

/** What a submission said at an earlier version. */
@Entity()
export class SubmissionVersion {
  @PrimaryColumn('text') submissionId: string;
  @PrimaryColumn('int') version: number;
  @Column('text') status: string;
  @Column('text') title: string;
  @Column('text') abstract: string;
  @Column('int') wordCount: number;
  @Column('text') textHash: string;
  @Column('timestamptz') at: Date;
  @Column('text', { nullable: true }) byPerson: string | null;
}
