import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { AuditEntry } from '../audit/audit-entry.entity.js';
import { Receipts } from '../audit/receipts.js';
import { RecordLog, type ConsistencyProof, type InclusionProof } from '../audit/record-log.js';
import {
  ConsistencyView,
  HeadView,
  InclusionView,
  KeyView,
  keyView,
  ReceiptView,
  receiptView,
} from '../audit/record.view.js';
import type { SignedHead } from '../audit/tree-head.js';
import type { Actor } from '../platform/actor.js';
import { Answers, pageOf } from '../platform/answers.js';
import { Whole } from '../platform/fields.js';
import { PageQuery } from '../platform/paging.js';
import { Allow, Subject, Who } from '../platform/policy.js';
import { notFound } from '../platform/refusal.js';
import { CheckReceiptDto } from './receipt.dto.js';
import { RecordAccess, RecordEntryGate } from './record.access.js';

const MOST = 2 ** 53 - 1;
const Digits = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value,
  );

/** Two sizes at which heads were signed; of the newest epoch unless told. */
export class ConsistencyQuery {
  @Whole(0, MOST) @Digits() from: number;
  @Whole(0, MOST) @Digits() to: number;
  @Whole(1, MOST, { optional: true }) @Digits() epoch?: number;
}

/** The sealed record, for everybody; what an entry says only for who may see it. */
@Controller('api/v1/record')
export class RecordController {
  constructor(
    private readonly log: RecordLog,
    private readonly receipts: Receipts,
    private readonly access: RecordAccess,
  ) {}

  @Get('heads')
  @Allow('anyone')
  @Answers(pageOf(HeadView))
  heads(@Query() query: PageQuery): Promise<{ items: SignedHead[]; next: string | null }> {
    return this.log.heads(query);
  }

  @Get('heads/latest')
  @Allow('anyone')
  @Answers(HeadView)
  async latest(): Promise<SignedHead> {
    const head = await this.log.latest();
    if (!head) throw notFound();
    return head;
  }

  /** All keys that sign or ever signed, the one in use first. */
  @Get('keys')
  @Allow('anyone')
  @Answers(pageOf(KeyView))
  async keys() {
    return { items: (await this.log.keys()).map(keyView), next: null };
  }

  @Get('consistency')
  @Allow('anyone')
  @Answers(ConsistencyView)
  consistency(@Query() query: ConsistencyQuery): Promise<ConsistencyProof> {
    return this.log.consistency(query);
  }

  @Get('entries/:id/proof')
  @Allow(RecordEntryGate, 'prove')
  @Answers(InclusionView)
  async proof(@Who() actor: Actor, @Subject() entry: AuditEntry): Promise<InclusionProof> {
    return this.log.inclusion(entry.id, await this.access.sees(actor, entry));
  }

  /** Checks a receipt for a submission; one that does not hold is refused with the reason. */
  @Post('receipt-checks')
  @Allow('anyone')
  @Answers(ReceiptView)
  async check(@Who() actor: Actor, @Body() dto: CheckReceiptDto) {
    return receiptView(await this.receipts.check(actor, dto.receipt));
  }
}
