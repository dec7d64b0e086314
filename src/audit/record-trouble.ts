/** The record cannot be sealed, and an operator can do something about it; the message is one sentence for them. */
export class RecordTrouble extends Error {
  override name = 'RecordTrouble';
}
