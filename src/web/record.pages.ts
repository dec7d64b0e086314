import { readFile } from 'node:fs/promises';
import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Receipts } from '../audit/receipts.js';
import { RecordCheck } from '../audit/record-check.js';
import { RecordLog } from '../audit/record-log.js';
import type { Actor } from '../platform/actor.js';
import { PageQuery } from '../platform/paging.js';
import { Allow, Who, type ConcordRequest } from '../platform/policy.js';
import { projectFile } from '../platform/program.js';
import { notFound } from '../platform/refusal.js';
import { parse } from '../platform/validate.js';
import { formOf, pick } from './form.js';
import { Pages, withProblem } from './pages.js';
import { CheckReceiptDto } from './receipt.dto.js';
import { RecordAccess } from './record.access.js';
import { receiptPage } from './views/receipt.view.js';
import { publicRecordPage } from './views/record.view.js';

const HEADS = 20;
const OWN = 20;

/** The sealed record as anybody may see it: heads, keys, and how to check them. */
@Controller('record')
export class RecordPages {
  constructor(
    private readonly pages: Pages,
    private readonly log: RecordLog,
    private readonly receipts: Receipts,
    private readonly check: RecordCheck,
    private readonly access: RecordAccess,
  ) {}

  @Get()
  @Allow('anyone')
  async show(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Query() query: PageQuery,
  ): Promise<void> {
    const view = await this.pages.view(request);
    const heads = await this.log.heads({ limit: HEADS, ...(query.after && { after: query.after }) });
    this.pages.send(
      reply,
      publicRecordPage(view, {
        latest: await this.log.latest(),
        waiting: await this.log.waiting(),
        check: await this.check.last(),
        keys: await this.log.keys(),
        epochs: await this.log.epochs(),
        heads: heads.items,
        next: heads.next,
        isFirst: !query.after,
        own: actor.personId ? await this.access.own(actor.personId, OWN) : [],
      }),
    );
  }

  @Get('receipt')
  @Allow('anyone')
  async receiptForm(@Req() request: ConcordRequest, @Res() reply: FastifyReply): Promise<void> {
    const view = await this.pages.view(request);
    this.pages.send(reply, receiptPage(view, { values: { receipt: '' }, checked: null }));
  }

  @Post('receipt')
  @Allow('anyone')
  @HttpCode(200)
  async checkReceipt(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Body() body: unknown,
  ): Promise<void> {
    const view = await this.pages.view(request);
    const values = pick(formOf(body), ['receipt']);
    await this.pages.attemptPage(
      request,
      reply,
      async () => {
        const { receipt } = parse(CheckReceiptDto, values);
        return receiptPage(view, { values, checked: await this.receipts.check(actor, receipt) });
      },
      async (again) => receiptPage(withProblem(view, again), { values, errors: again.errors, checked: null }),
    );
  }

  /** The stand-alone verifier, to be run on the reader's own machine. */
  @Get('verify-record.js')
  @Allow('anyone')
  async script(@Res() reply: FastifyReply): Promise<void> {
    await reply
      .header('content-type', 'text/javascript; charset=utf-8')
      .header('content-disposition', 'attachment; filename="verify-record.js"')
      .send(await readFile(projectFile('scripts/verify-record.js'), 'utf8'));
  }

  /** A public key by its name, as `3f1c….pem`. */
  @Get('keys/:file')
  @Allow('anyone')
  async key(@Res() reply: FastifyReply, @Param('file') file: string): Promise<void> {
    const key = (await this.log.keys()).find(({ keyId }) => file === `${keyId}.pem`);
    if (!key) throw notFound();
    void reply
      .header('content-type', 'application/x-pem-file')
      .header('content-disposition', `attachment; filename="${file}"`)
      .send(key.publicKey);
  }
}
