import { IsNull } from 'typeorm';
import { newId } from '../platform/ids.js';
import type { Tx } from '../platform/work.js';
import type { CriterionDto, TopicDto } from './conferences.dto.js';
import { Criterion } from './criterion.entity.js';
import { Topic } from './topic.entity.js';

/**
 * Writes the list of topics: the wanted ones in their order, the retired ones after them. Positions need to be unique
 * only at the end of the transaction.
 */
export async function writeTopics(
  tx: Tx,
  conferenceId: string,
  wanted: TopicDto[],
  retired: string[],
): Promise<void> {
  const rows = wanted.map((topic, index) => ({
    id: topic.id ?? newId(),
    conferenceId,
    position: index + 1,
    title: topic.title,
    retiredAt: null,
  }));
  if (rows.length > 0) await tx.manager.upsert(Topic, rows, ['id']);
  for (const [index, id] of retired.entries()) {
    const position = rows.length + index + 1;
    await tx.manager.update(Topic, { id }, { position });
    await tx.manager.update(Topic, { id, retiredAt: IsNull() }, { retiredAt: tx.now });
  }
}

/** Writes the list of criteria, as {@link writeTopics}. */
export async function writeCriteria(
  tx: Tx,
  callId: string,
  wanted: CriterionDto[],
  retired: string[],
): Promise<void> {
  const rows = wanted.map((criterion, index) => ({
    id: criterion.id ?? newId(),
    callId,
    position: index + 1,
    title: criterion.title,
    anchors: criterion.anchors,
    weight: criterion.weight ?? 1,
    retiredAt: null,
  }));
  if (rows.length > 0) await tx.manager.upsert(Criterion, rows, ['id']);
  for (const [index, id] of retired.entries()) {
    const position = rows.length + index + 1;
    await tx.manager.update(Criterion, { id }, { position });
    await tx.manager.update(Criterion, { id, retiredAt: IsNull() }, { retiredAt: tx.now });
  }
}
