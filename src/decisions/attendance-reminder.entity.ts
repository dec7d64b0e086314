import { Column, Entity, PrimaryColumn } from 'typeorm';

/** That the authors of a submission were reminded, once for each day on which the conference reminds. */
@Entity()
export class AttendanceReminder {
  @PrimaryColumn('text') submissionId: string;
  /** The date that it spoke of. */
  @PrimaryColumn('timestamptz') confirmBy: Date;
  @PrimaryColumn('int') days: number;
  @Column('timestamptz') writtenAt: Date;
}
