import { describe, expect, it } from 'vitest';
import { formatCount, formatNumber, formatSeconds, formatTable } from '../../src/cli/format.js';

describe('formatNumber', () => {
  it.each([
    [0, '0'],
    [12, '12'],
    [-3, '-3'],
    [1 / 3, '0.3333333'],
    [-123.456789, '-123.4568'],
    [1e-9, '1.000000e-9'],
    [123456789, '1.234568e+8'],
    [0.00123456789, '0.001234568'],
    [999999.99, '1.000000e+6'],
  ])('%d is %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it('takes the number of digits', () => {
    expect(formatNumber(Math.PI, 3)).toBe('3.14');
  });
});

describe('formatCount', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1 000'],
    [1234567, '1 234 567'],
  ])('%d is %s', (value, text) => {
    expect(formatCount(value)).toBe(text);
  });
});

describe('formatSeconds', () => {
  it('has milliseconds below a second', () => {
    expect(formatSeconds(0.01234)).toBe('12.3 ms');
    expect(formatSeconds(12.345)).toBe('12.35 s');
  });
});

describe('formatTable', () => {
  it('aligns columns and drops trailing spaces', () => {
    const rows = [
      ['name', 'bytes'],
      ['a', '1'],
      ['long name', ''],
    ];
    expect(formatTable(rows, [1])).toBe('name       bytes\na              1\nlong name');
  });

  it('is empty without rows', () => {
    expect(formatTable([])).toBe('');
  });
});
