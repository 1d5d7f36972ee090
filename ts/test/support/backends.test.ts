import { describe, expect, it } from 'vitest';
import { BACKENDS, FAST_BACKENDS, LEFT_OUT } from './backends.js';

describe('the back ends under test', () => {
  it('include the CPU, and those left out have a reason, printed here once', () => {
    for (const { name, reason } of LEFT_OUT) console.warn(`back end '${name}' is not tested: ${reason}`);
    expect(BACKENDS).toContain('cpu');
    expect(FAST_BACKENDS).toContain('cpu');
    for (const { reason } of LEFT_OUT) expect(reason).not.toBe('');
    expect(BACKENDS.length + LEFT_OUT.length).toBe(3);
  });
});
