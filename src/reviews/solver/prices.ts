/**
 * The prices that prove a result: what one more place of a submission, one more review of a reviewer, one more member of a
 * group in a panel would bring. Those of groups tell who belongs to which side, so they are shown to nobody.
 */
export interface Prices {
  readonly submission: Float64Array;
  readonly reviewer: Float64Array;
  /** For each submission one for each group, then one for all groups outside the parties. */
  readonly group: Float64Array;
}
