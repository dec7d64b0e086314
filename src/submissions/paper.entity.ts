import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { NamingKind } from './naming-rules.js';

/** Where in a paper something may tell who wrote it: `metadata`, which reviewers do not get, or words on the first or a later page. */
export interface PaperNaming {
  where: 'metadata' | 'firstPage' | 'laterPages';
  kind: NamingKind;
}

/** One version of a submission's paper: the file as sent, and the copy for its reviewers. The name that the file had is not kept. */
@Entity()
export class Paper {
  @PrimaryColumn('text') submissionId: string;
  /** From 1; the latest counts. */
  @PrimaryColumn('int') version: number;
  @Column('int') pages: number;
  /** Bytes. */
  @Column('int') size: number;
  @Column('text') sha256: string;
  @Column('int') cleanSize: number;
  @Column('text') cleanSha256: string;
  @Column('jsonb') found: PaperNaming[];
  /** So many pages, from the first, were searched for names; 0 without poppler. */
  @Column('int') pagesRead: number;
  @Column('timestamptz') uploadedAt: Date;
  @Column('text') uploadedBy: string;
}
