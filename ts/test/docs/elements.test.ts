import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../src/elements/catalogue.js';
import type { ElementClass, ParameterRule, SettingRule } from '../../src/elements/magnet.js';

const folder = new URL('../../../docs/elements/', import.meta.url);
const read = (page: string) => readFileSync(new URL(page, folder), 'utf8');
const index = read('README.md');

/** The table of an element's options, from its rules; misalignments are described once for all. */
function optionTable({ rules, settings = {} }: ElementClass): string {
  const rows = [
    ...Object.entries(rules).map(([name, rule]) => parameterRow(name, rule)),
    ...Object.entries(settings).map(([name, rule]) => settingRow(name, rule)),
  ];
  return ['| option | unit | default | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

function parameterRow(name: string, { unit, fallback, meaning }: ParameterRule): string {
  const value = typeof fallback === 'string' ? `that of \`${fallback}\`` : (fallback ?? '');
  return `| \`${name}\` | ${unit} | ${value} | ${meaning} |`;
}

function settingRow(name: string, rule: SettingRule): string {
  const words = rule.kind === 'choice' ? rule.words.map((word) => `\`'${word}'\``).join(', ') : '';
  return `| \`${name}\` | ${words} | | ${rule.meaning} |`;
}

describe('the pages of the elements', () => {
  it.each(CATALOGUE.map((of) => [of.name, of] as const))('%s has one, with its options', (name, of) => {
    const [, page = ''] = new RegExp(`\\[\`${name}\`\\]\\(([^)]+)\\)`).exec(index) ?? [];
    expect(page, `docs/elements/README.md links [\`${name}\`] to its page`).not.toBe('');
    expect(existsSync(new URL(page, folder)), page).toBe(true);
    expect(read(page)).toContain(optionTable(of));
  });
});
