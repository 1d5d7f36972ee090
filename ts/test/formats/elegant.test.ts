import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readElegant } from '../../src/formats/elegant/read.js';
import { TemporaryFolder } from '../support/temporaryFolder.js';
import { attributeOf, elegant, errorOf, passed } from './texts.js';

describe('lattice files of elegant', () => {
  it('end statements with lines, which & continues, and leave comments out', () => {
    const description = elegant(`! a comment
q1: QUAD, L=0.5, & ! another
  K1 = -1.5 # gap: 42
"a:q 2": quad,l=1;  d: drift, l=+2 ; # more
long-name: drift
cell: LINE=(q1, &
  d, "a:q 2",
  long-name)
`);
    expect(passed(description)).toBe('q1 d a:q 2 long-name');
    expect(attributeOf(description, 'q1', 'k1')).toBe(-1.5);
    expect(attributeOf(description, 'd', 'l')).toBe(2);
    expect(description.elements.get('long-name')).toMatchObject({ at: { line: 5, column: 1 } });
  });

  it('do not care for case', () => {
    expect(passed(elegant('Q1: quad\nX: line=(q1,Q1)'))).toBe('Q1 Q1');
  });

  it('give numbers by expressions, or words that are none', () => {
    const description = elegant(
      'q: quad, l="0.2 2 *", group="a b", filename="%s.w1", model=SRS\nx: line=(q)',
    );
    expect(attributeOf(description, 'q', 'l')).toBe(0.4);
    expect(description.elements.get('q')?.attributes.get('filename')?.value).toBe('%s.w1');
    expect(description.elements.get('q')?.attributes.get('group')?.value).toBe('a b');
    expect(attributeOf(description, 'q', 'model')).toBe('SRS');
  });

  it('copy elements', () => {
    const description = elegant('q: quad, l=1, k1=2\nq2: q, k1=3\nx: line=(q2)');
    expect(description.elements.get('q2')).toMatchObject({ type: 'quad' });
    expect([attributeOf(description, 'q2', 'l'), attributeOf(description, 'q2', 'k1')]).toEqual([1, 3]);
  });

  it('say the charge of the bunch', () => {
    expect(elegant('c: charge, total=0.25e-9\nx: line=(c)').reference).toEqual({ charge: 0.25e-9 });
    expect(elegant('c: charge, total=0.25e-9\nd: drift\nx: line=(d)').reference).toEqual({});
  });

  it('end at return', () => {
    expect(passed(elegant('d: drift\nx: line=(d)\nRETURN\nnonsense'))).toBe('d');
  });

  it.each<[text: string, message: string]>([
    ['q: quad, l', "ring.lte:1:11: after 'l' of 'q': expected '=', but the file ends"],
    ['q: quad, l=\n', "in 'q': expected a number, a word or text in quotes, but the statement ends"],
    ['q: quad, l=-x', "in 'q': expected a number, a word or text in quotes, but 'x' stands there"],
    ['q: quad, l=1*2', "in 'q': expected ';', but '*' stands there"],
    ['q quad', "after 'q': expected ':', but 'quad' stands there"],
    ['\n*', "2:1: a statement begins with a name, not with '*'"],
    ['q: quad\nq: quad', "2:1: 'q' is defined already, in line 1 of ring.lte"],
    ['q: quad\nx: line=(q)\nx: line=(q)', "3:1: 'x' is defined already, in line 2"],
    ['q: quad, l="1', '1:12: the quote " is never closed'],
    ['x: line=(q', "in a line: expected ')', but the file ends"],
    ['q: quad, l=1e999', '1e999 is too large a number'],
    ['q: quad', 'ring.lte: defines no line or sequence'],
  ])('%j is refused', (text, message) => {
    expect(errorOf(() => elegant(text)).message).toContain(message);
  });
});

describe('files that elegant includes', () => {
  const temporary = new TemporaryFolder();
  afterAll(() => temporary[Symbol.dispose]());
  const read = (text: string) => readElegant(text, { file: join(temporary.path, 'main.lte') });

  it('are looked for beside the file that includes them', () => {
    writeFileSync(join(temporary.path, 'part.lte'), '% 3 sto l3\nd: drift, l="l3"\n');
    expect(attributeOf(read('#INCLUDE: part.lte\nx: line=(d)'), 'd', 'l')).toBe(3);
    expect(attributeOf(read('  #include: "part.lte"\nx: line=(d)'), 'd', 'l')).toBe(3);
  });

  it('may not include themselves', () => {
    writeFileSync(join(temporary.path, 'self.lte'), '#INCLUDE: self.lte');
    const error = errorOf(() => read('#INCLUDE: self.lte'));
    expect(error.message).toContain('self.lte calls itself');
    expect(error.line).toBe(1);
  });
});
