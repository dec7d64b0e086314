import { writeFileSync } from 'node:fs';

/** A Jest reporter that leaves the counts for `scripts/test.js`, which prints them when nothing can follow any more. */
export default class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    const file = process.env.CONCORD_TEST_COUNTS;
    if (!file) return;
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites } =
      results;
    writeFileSync(
      file,
      JSON.stringify({
        passed: numPassedTests,
        failed: numFailedTests + numRuntimeErrorTestSuites,
        skipped: numPendingTests + numTodoTests,
      }),
    );
  }
}
