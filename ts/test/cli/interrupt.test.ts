import { describe, expect, it } from 'vitest';
import { interruptible } from '../../src/cli/interrupt.js';

describe('interruptible', () => {
  it('aborts the signal on Ctrl-C', async () => {
    const work = interruptible(
      (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    );
    process.emit('SIGINT');
    await expect(work).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('leaves no handler behind, whether the work succeeds or fails', async () => {
    const before = process.listenerCount('SIGINT');
    expect(await interruptible(async (signal) => signal.aborted)).toBe(false);
    await expect(interruptible(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});
