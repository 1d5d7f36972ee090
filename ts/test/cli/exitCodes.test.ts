import { afterEach, describe, expect, it } from 'vitest';
import { errorText, exitCodeOf } from '../../src/cli/exitCodes.js';
import {
  AbortedError,
  BackendError,
  BeamError,
  BudgetError,
  LatticeError,
  ObjectiveError,
  OptionsError,
  ProblemError,
} from '../../src/errors.js';

const backend = new BackendError('no cuda here', { backend: 'cuda', reason: 'no driver' });

describe('exit codes', () => {
  it.each<[number, Error]>([
    [1, new Error('defect')],
    [1, new BudgetError('too little', { smallestBytes: 1 })],
    [2, new ProblemError('x', { file: 'f', path: '' })],
    [2, new BeamError('x')],
    [2, new LatticeError('x')],
    [2, new ObjectiveError('x')],
    [2, new OptionsError('x')],
    [3, backend],
    [130, new AbortedError('aborted')],
  ])('%d for %s', (code, error) => {
    expect(exitCodeOf(error)).toBe(code);
  });
});

describe('error messages', () => {
  afterEach(() => {
    delete process.env.UNKICK_DEBUG;
  });

  it('are one line', () => {
    expect(errorText(backend)).toBe('error: no cuda here');
    expect(errorText(new BeamError('a\n  b'))).toBe('error: a b');
    expect(errorText(new AbortedError('x'))).toBe('interrupted');
    expect(errorText('a string')).toBe('error: a string');
    expect(errorText(new TypeError('x'))).toBe('error: x (UNKICK_DEBUG=1 shows where)');
  });

  it('have the stack with UNKICK_DEBUG=1', () => {
    process.env.UNKICK_DEBUG = '1';
    expect(errorText(backend)).toContain('exitCodes.test.ts');
  });
});
