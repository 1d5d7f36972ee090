import { describe, expect, it } from 'vitest';
import { ProgressBar } from '../../src/cli/progress.js';

class Screen {
  text = '';
  readonly isTTY: boolean;

  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }

  write(text: string): void {
    this.text += text;
  }
}

describe('ProgressBar', () => {
  it('draws on a terminal and clears up', () => {
    const screen = new Screen(true);
    const bar = new ProgressBar(screen);
    bar.update({ done: 15, total: 30, phase: 'forward' });
    expect(screen.text).toContain(`forward  ${'█'.repeat(15)}${'░'.repeat(15)}  15/30 steps`);
    bar.clear();
    expect(screen.text.endsWith('\r\u001b[K')).toBe(true);
  });

  it('draws the end of a phase even right after another state, and skips states in between', () => {
    const screen = new Screen(true);
    const bar = new ProgressBar(screen);
    for (let done = 0; done <= 1000; done++) bar.update({ done, total: 1000, phase: 'reverse' });
    expect(screen.text).toContain('1000/1000 steps');
    expect(screen.text.split('reverse').length - 1).toBeLessThan(500);
  });

  it('is silent on anything else', () => {
    const screen = new Screen(false);
    const bar = new ProgressBar(screen);
    bar.update({ done: 1, total: 1, phase: 'forward' });
    bar.clear();
    expect(screen.text).toBe('');
  });
});
