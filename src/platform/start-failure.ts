/**
 * Concord cannot start, and the person who started it can do something about it.
 * The message is one clear sentence; the doors print it without a stack and end with a code other than zero.
 */
export class StartFailure extends Error {
  override name = 'StartFailure';
}
