import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeReport, type Report, readScaling, writeReport } from '../../src/index.js';
import { CHROMIUM, Page } from '../support/chromium.js';
import { scalingFile } from '../support/scalingFile.js';
import { smallStudy } from './reportStudy.js';

/*
 * The report in a real browser: everything there, nothing fetched, nothing complained of, legible on screen and on paper. Each
 * check is also made of a page that breaks the rule.
 */
const NAMES = [
  ...['memory-particles', 'memory-cells', 'memory-kicks', 'time-memory', 'timeline', 'envelope', 'gradient'],
];
const WIDTH = 1280;
/** A4 between its margins of 15 mm, px. */
const PAPER_WIDTH = 680;
const LEAST_FONT = 9; // px; measured 11 on screen, 9.8 on paper

const folder = mkdtempSync(join(tmpdir(), 'unkick-report-'));
const url = (name: string) => pathToFileURL(join(folder, name)).href;
let report: Report;
let page: Page;

if (!CHROMIUM)
  console.log('skipped: no chromium on this machine (apt-get install chromium, or UNKICK_CHROMIUM=…)');

/** Texts of figures: those that overlap another of the same figure, reach out of it, or are too small. */
const LEGIBILITY = `(() => {
  const found = { texts: 0, overlapping: [], outside: [], smallest: Infinity };
  for (const svg of document.querySelectorAll('figure svg')) {
    const frame = svg.getBoundingClientRect();
    const scale = frame.width / svg.viewBox.baseVal.width;
    const texts = [...svg.querySelectorAll('text')].filter((text) => text.textContent.trim() && text.getAttribute('opacity') !== '0');
    const boxes = texts.map((text) => [text.textContent, text.getBoundingClientRect()]);
    found.texts += texts.length;
    for (const text of texts) found.smallest = Math.min(found.smallest, scale * parseFloat(getComputedStyle(text).fontSize));
    for (const [name, box] of boxes) {
      const slack = 1;
      if (box.left < frame.left - slack || box.right > frame.right + slack || box.top < frame.top - slack || box.bottom > frame.bottom + slack) found.outside.push(name);
    }
    for (const [i, [name, a]] of boxes.entries()) for (const [other, b] of boxes.slice(0, i)) {
      const x = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const y = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (x > 1 && y > 3) found.overlapping.push(name + ' | ' + other);
    }
  }
  return found;
})()`;

interface Legibility {
  readonly texts: number;
  readonly overlapping: string[];
  readonly outside: string[];
  readonly smallest: number;
}

/** The share of a PNG's bytes that differ from what PNG predicts from their neighbours: next to 0 for a page of one colour. */
function inkOf(png: Buffer): number {
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const bytes = inflateSync(Buffer.concat(parts));
  return bytes.reduce((count, byte) => count + (byte === 0 ? 0 : 1), 0) / bytes.length;
}

describe.skipIf(!CHROMIUM)('the report in a browser', () => {
  beforeAll(async () => {
    writeFileSync(join(folder, 'scaling.json'), JSON.stringify(scalingFile()));
    const { study } = await smallStudy();
    report = await makeReport({ line: study, scaling: await readScaling(join(folder, 'scaling.json')) });
    await writeReport(report, { output: join(folder, 'report.html') });
    writeFileSync(
      join(folder, 'bad.html'),
      '<body style="margin:0"><div style="width:2000px">&nbsp;</div><img src="http://unkick.invalid/a.png">' +
        '<script>console.error("complaint")</script><figure><svg viewBox="0 0 100 100" width="100" height="100">' +
        '<text x="5" y="50" font-size="6">one</text><text x="6" y="51" font-size="6">two</text><text x="90" y="90">long text</text></svg></figure>',
    );
    page = await Page.start(WIDTH, 900);
  });
  afterAll(async () => {
    await page?.close();
    rmSync(folder, { recursive: true });
  });

  it('has every figure, asks for nothing and complains of nothing', async () => {
    await page.show(url('report.html'));
    const figures = await page.evaluate<[string, number, number][]>(
      `[...document.querySelectorAll('figure')].map((f) => [f.id, f.querySelectorAll('svg').length, f.querySelectorAll('svg path, svg line, svg text').length])`,
    );
    expect(figures.map(([name]) => name)).toEqual(NAMES);
    for (const [name, drawings, marks] of figures) {
      expect(drawings, name).toBe(1);
      expect(marks, name).toBeGreaterThan(60); // measured 102 and more
    }
    expect(await page.evaluate('document.querySelectorAll("script").length')).toBe(0);
    expect(page.requests).toEqual([url('report.html')]);
    expect(page.complaints).toEqual([]);
  });

  it('fits 1280 px, with labels that can be read and do not overlap', async () => {
    await page.show(url('report.html'));
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(WIDTH);
    const { texts, overlapping, outside, smallest } = await page.evaluate<Legibility>(LEGIBILITY);
    expect(texts).toBeGreaterThan(100);
    expect(overlapping).toEqual([]);
    expect(outside).toEqual([]);
    expect(smallest).toBeGreaterThan(LEAST_FONT);
  });

  it('shows something in every figure', async () => {
    await page.show(url('report.html'));
    type Clip = { x: number; y: number; width: number; height: number };
    const clips = await page.evaluate<Clip[]>(
      `[...document.querySelectorAll('figure svg')].map((svg) => { const { x, y, width, height } = svg.getBoundingClientRect(); return { x, y: y + scrollY, width, height }; })`,
    );
    expect(clips).toHaveLength(NAMES.length);
    for (const [i, clip] of clips.entries()) {
      expect(inkOf(await page.screenshot(clip)), NAMES[i]).toBeGreaterThan(0.01); // measured 0.022 and more
    }
  });

  it('fits A4 paper, in pages that no figure is cut by', async () => {
    await page.show(url('report.html'));
    await page.send('Emulation.setEmulatedMedia', { media: 'print' });
    await page.resize(PAPER_WIDTH, 1000);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(PAPER_WIDTH);
    const { smallest } = await page.evaluate<Legibility>(LEGIBILITY);
    expect(smallest).toBeGreaterThan(LEAST_FONT);
    const heights = await page.evaluate<number[]>(
      `[...document.querySelectorAll('figure')].map((f) => f.getBoundingClientRect().height)`,
    );
    expect(Math.max(...heights)).toBeLessThan(1009); // px of A4's height between its margins; measured 648
    const kept = await page.evaluate<string[]>(
      `[...document.querySelectorAll('figure')].map((f) => getComputedStyle(f).breakInside)`,
    );
    expect(new Set(kept)).toEqual(new Set(['avoid']));
    await page.send('Emulation.setEmulatedMedia', { media: '' });
    const pages = (await page.print()).toString('latin1').match(/\/Type\s*\/Page\b/g);
    expect(pages!.length).toBeGreaterThan(1);
    expect(pages!.length).toBeLessThanOrEqual(NAMES.length + 1);
    await page.resize(WIDTH, 900);
  });

  it('would be found out: a page that does all of it wrong', async () => {
    await page.show(url('bad.html'));
    expect(page.requests).toContain('http://unkick.invalid/a.png');
    expect(page.complaints.join(' ')).toContain('complaint');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeGreaterThan(WIDTH);
    const { overlapping, outside, smallest } = await page.evaluate<Legibility>(LEGIBILITY);
    expect(overlapping).toEqual(['two | one']);
    expect(outside).toEqual(['long text']);
    expect(smallest).toBeLessThan(LEAST_FONT);
    expect(inkOf(await page.screenshot({ x: 0, y: 400, width: 400, height: 300 }))).toBeLessThan(0.01);
  });
});
