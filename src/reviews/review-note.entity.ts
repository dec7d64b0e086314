import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a reviewer notes for themselves; sealed with their own key, so that it is in nobody else's reach. */
@Entity()
export class ReviewNote {
  @PrimaryColumn('text') assignmentId: string;
  @Column('text') sealed: string;
  @Column('timestamptz') updatedAt: Date;
}
