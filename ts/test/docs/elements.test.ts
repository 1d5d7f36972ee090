import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../src/elements/catalogue.js';
import type { ElementClass } from '../../src/elements/magnet.js';

const folder = new URL('../../../docs/elements/', import.meta.url);
const read = (page: string) => readFileSync(new URL(page, folder), 'utf8');
const index = read('README.md');

/** Options without a row of their own in a table of the page, or without their unit there. */
function missingOptions({ rules, settings = {} }: ElementClass, page: string): string[] {
  const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const hasRow = (name: string, unit?: string) =>
    rows.some((cells) => cells[1] === `\`${name}\`` && (unit === undefined || cells.includes(unit)));
  return [
    ...Object.entries(rules).filter(([name, { unit }]) => !hasRow(name, unit)),
    ...Object.entries(settings).filter(([name]) => !hasRow(name)),
  ].map(([name]) => name);
}

describe('the pages of the elements', () => {
  it.each(CATALOGUE.map((of) => [of.name, of] as const))('%s has one, with its options', (name, of) => {
    const [, page = ''] = new RegExp(`\\[\`${name}\`\\]\\(([^)]+)\\)`).exec(index) ?? [];
    expect(page, `docs/elements/README.md links [\`${name}\`] to its page`).not.toBe('');
    expect(existsSync(new URL(page, folder)), page).toBe(true);
    expect(missingOptions(of, read(page)), `options that a table of ${page} lacks, with their units`).toEqual(
      [],
    );
  });
});
