import { describe, expect, it } from 'vitest';
import { bmad, elegant, errorOf, madx, passed } from './texts.js';

const ELEMENTS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const madxLine = (lines: string, line?: string) =>
  passed(madx(ELEMENTS.map((name) => `${name}: drift, l=1;`).join('\n') + lines, line));
const elegantLine = (lines: string, line?: string) =>
  passed(elegant(`${ELEMENTS.map((name) => `${name}: drift, l=1`).join('\n')}\n${lines}`, line));
const bmadLine = (lines: string, line?: string) =>
  passed(bmad(`${ELEMENTS.map((name) => `${name}: drift, l=1`).join('\n')}\n${lines}`, line));

describe('lines', () => {
  // The first three are the examples of MAD-X's manual.
  it.each<[name: string, lines: string, expected: string]>([
    ['nested', 's: line=(c,d,e); l: line=(a,b,s,b,a,s,a,b);', 'a b c d e b a c d e a b'],
    [
      'reflected and repeated',
      'r: line=(g,h); s: line=(c,r,d); t: line=(2*s,2*(e,f),-s,-(a,b));',
      'c g h d c g h d e f e f d h g c b a',
    ],
    [
      'with arguments',
      's: line=(a,b,c); l(x,y): line=(d,x,e,3*y); l4f: line=(4*f); lm2s: line=(-2*s); res: line=l(l4f,lm2s);',
      'd f f f f e c b a c b a c b a c b a c b a c b a',
    ],
    ['with arguments in arguments', 'k(x): line=(a,x); t: line=(k((k(b),-(c,d))));', 'a a b d c'],
    ['reflected twice', 's: line=(a,b); t: line=(-(c,-s));', 'a b c'],
    ['defined later', 't: line=(s,c); s: line=(a,b);', 'a b c'],
    ['of one element', 't: line=a;', 'a'],
    ['repeated no times', 't: line=(0*(a,b),c);', 'c'],
    ['with an empty line', 's: line=(); t: line=(s,a);', 'a'],
  ])('%s', (_, lines, expected) => {
    expect(madxLine(lines)).toBe(expected);
    expect(bmadLine(lines.replaceAll('; ', '\n'))).toBe(expected);
  });

  it('turn elements of a reflected line in elegant', () => {
    expect(elegantLine('s: line=(a,b)\nt: line=(-s,2*c,-d)')).toBe('-b -a c c -d');
    expect(elegantLine('s: line=(a,b)\nt: line=(-(c,-s))')).toBe('a b -c');
  });

  it('turn elements behind two minus signs in Bmad', () => {
    expect(bmadLine('s: line=(a,b)\nt: line=(--s, -s, --c)')).toBe('-b -a b a -c');
  });

  it('are chosen by name, by use, or as the last that is part of no other', () => {
    const lines = 's: line=(a,b); t: line=(s,c); u: line=(d);';
    expect(madxLine(lines)).toBe('d');
    expect(madxLine(lines, 'T')).toBe('a b c');
    expect(madxLine(`${lines} use, sequence=s;`)).toBe('a b');
    expect(madxLine(`${lines} use, period=s;`, 't')).toBe('a b c');
    expect(madxLine(`${lines} use, t;`)).toBe('a b c');
    expect(madx(`a: drift; ${lines.replace(/[bcd]\b/g, 'a')}`).warnings).toEqual([
      "ring.madx:1:41: line 'u' is taken, the last of several: also there: 't'",
    ]);
    expect(elegantLine('s: line=(a,b)\nt: line=(s,c)\nuse, s')).toBe('a b');
    expect(bmadLine('s: line=(a,b)\nt: line=(s,c)\nuse, s')).toBe('a b');
  });

  it.each<[lines: string, message: string]>([
    ['t: line=(a,t);', "line 't' contains itself"],
    ['s: line=(t); t: line=(2*s);', "line 't' contains itself"],
    ['t: line=(a,x);', "there is no line or element 'x'"],
    ['t: line=(a,2*);', "in a line: expected the name of an element or a line, but ')' stands there"],
    ['t: line=(1.5*a);', 'a repetition count is a whole number, not 1.5'],
    ['t: line=(a b);', "in a line: expected ')', but 'b' stands there"],
    ['t: line=(a,b;', "in a line: expected ')', but the statement ends"],
    ['t: line=a,b;', "after line 't': expected ';', but ',' stands there"],
    ['k(x): line=(x); t: line=(k(a,b));', "line 'k' takes 1 argument, not 2"],
    ['k(x): line=(x); t: line=(k);', "line 'k' takes 1 argument, not 0"],
    ['k(x): line=(x);', 'defines no line or sequence'],
    ['t: line=(a(b));', "'a' is no line: it takes no arguments"],
    ['t: line=(9999999*a);', 'more than 1000000 elements'],
    ['s: line=(9999*a); t: line=(9999*s);', 'more than 1000000 elements'],
    [`t: line=(${'('.repeat(200)}a${')'.repeat(200)});`, 'nested more than 100 deep'],
  ])('%s', (lines, message) => {
    expect(errorOf(() => madxLine(lines)).message).toContain(message);
  });

  it('of nothing, a billion times, are refused and not expanded', () => {
    expect(errorOf(() => madxLine('t: line=(1000000000*());')).message).toContain(
      'more than 1000000 elements',
    );
    const doubled = Array.from({ length: 60 }, (_, i) => `s${i + 1}: line=(s${i},s${i});`).join('');
    expect(errorOf(() => madxLine(`s0: line=(); ${doubled}`)).message).toContain(
      'more than 1000000 elements',
    );
  });

  it('nested deeper than anybody does are refused', () => {
    const nested = Array.from({ length: 200 }, (_, i) => `s${i + 1}: line=(s${i});`).join('');
    expect(errorOf(() => madxLine(`s0: line=(a); ${nested}`)).message).toContain('nested more than 100 deep');
  });

  it('that nobody knows are named with their neighbours', () => {
    expect(errorOf(() => madxLine('ring: line=(a); use, rnig;')).message).toContain(
      "there is no line 'rnig' — did you mean 'ring'?",
    );
    expect(errorOf(() => madxLine('ring: line=(a);', 'rnig')).message).toBe(
      "ring.madx: there is no line 'rnig' — did you mean 'ring'?",
    );
  });
});
