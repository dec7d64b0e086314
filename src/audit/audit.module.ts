import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditEntry } from './audit-entry.entity.js';
import { Audit } from './audit.service.js';
import { RecordCheck } from './record-check.js';
import { RecordEpoch } from './record-epoch.entity.js';
import { RecordLog } from './record-log.js';
import { Receipts } from './receipts.js';
import { RecordTile } from './record-tile.entity.js';
import { Sealer } from './sealer.js';
import { SigningKey } from './signing-key.entity.js';
import { SigningKeys } from './signing-keys.js';
import { TreeHeadRow } from './tree-head.entity.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([AuditEntry, RecordEpoch, RecordTile, SigningKey, TreeHeadRow])],
  providers: [Audit, Receipts, RecordCheck, RecordLog, Sealer, SigningKeys],
  exports: [Audit, Receipts, RecordCheck, RecordLog, Sealer],
})
export class AuditModule {}
