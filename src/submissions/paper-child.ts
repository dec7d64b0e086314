import { cleanPaper, PaperRefused, type CleanPaper, type PaperFault } from './paper-clean.js';

/** What the child answers to the bytes of a file. */
export type PaperReply =
  ({ kind: 'done' } & CleanPaper) | { kind: 'refused'; fault: PaperFault; value?: number | undefined };

process.once('message', (bytes: Uint8Array) => {
  cleanPaper(bytes).then(
    (paper) => answer({ kind: 'done', ...paper }),
    (error: unknown) =>
      answer(
        error instanceof PaperRefused
          ? { kind: 'refused', fault: error.fault, value: error.value }
          : { kind: 'refused', fault: 'broken' },
      ),
  );
});

/** Ends the process once the answer is out: nothing else keeps it alive. */
function answer(reply: PaperReply): void {
  process.send!(reply, undefined, {}, () => process.disconnect());
}
