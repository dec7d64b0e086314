/** A command cannot do what it was asked to; the message is one sentence for the person at the console. */
export class ToolFailure extends Error {
  override name = 'ToolFailure';
}
