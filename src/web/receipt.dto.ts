import { Text } from '../platform/fields.js';

/** A receipt, alone or within the mail that it came in. */
export class CheckReceiptDto {
  @Text(20_000) receipt: string;
}
