/**
 * How long an answer still waits so that it leaves at a whole number of steps after its request had arrived: what takes a
 * little longer and what takes a little less then take equally long, and nobody learns from the time which of them it was.
 * @param elapsed milliseconds since the request had arrived
 * @param step milliseconds; 0 lets answers go at once
 * @returns milliseconds, less than a step
 */
export function untilNextStep(elapsed: number, step: number): number {
  if (step === 0) return 0;
  const over = Math.max(0, elapsed) % step;
  return over === 0 ? 0 : step - over;
}
