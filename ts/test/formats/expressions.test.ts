import { describe, expect, it } from 'vitest';
import { SPECIES } from '../../src/index.js';
import { attributeOf, bmad, elegant, errorOf, madx } from './texts.js';

const madxValue = (expression: string, before = '') =>
  attributeOf(madx(`${before} d: drift, l:=${expression}; x: line=(d);`), 'd', 'l');
const bmadValue = (expression: string, before = '') =>
  attributeOf(bmad(`${before}\nd: drift, l=${expression}\nx: line=(d)\n`), 'd', 'l');
const rpnValue = (expression: string, before = '') =>
  attributeOf(elegant(`${before}\nd: drift, l="${expression}"\nx: line=(d)\n`), 'd', 'l');

describe('expressions of MAD-X and Bmad', () => {
  // By hand.
  it.each<[expression: string, value: number]>([
    ['1+2*3', 7],
    ['(1+2)*3', 9],
    ['2-3-4', -5],
    ['24/4/3', 2],
    ['2^3^2', 512],
    ['-2^2', -4],
    ['(-2)^2', 4],
    ['2^-1', 0.5],
    ['2*-3', -6],
    ['--3', 3],
    ['+3 - -3', 6],
    ['1.5e2 + .5 + 2.', 152.5],
    ['2d-1*10', 2],
    ['0.6  -0.1', 0.5],
    ['sqrt(16) + abs(-3)', 7],
    ['ABS(-1) + Sqrt(4)', 3],
    ['sin(0) + cos(0) + atan(0)', 1],
    ['4*atan(1)/pi', 1],
    ['atan2(1, 1)*4/pi', 1],
    ['exp(log(8)/3)', 2],
    ['sinh(0) + cosh(0) + tanh(0)', 1],
    ['twopi/pi', 2],
    ['asin(1) + acos(1) - pi/2', 0],
    ['sinc(0)', 1],
    ['tan(0)', 0],
  ])('%s = %d', (expression, value) => {
    expect(madxValue(expression)).toBeCloseTo(value, 14);
    expect(bmadValue(expression)).toBeCloseTo(value, 14);
  });

  it.each<[expression: string, value: number]>([
    ['log10(1000)', 3],
    ['floor(2.7) + ceil(2.2) + round(2.6)', 8],
    ['frac(-2.25)', -0.25],
    ['degrad*raddeg', 1],
    ['clight', 299792458],
    ['pmass*1e9', SPECIES.proton.restEnergy],
    ['emass*1e9', SPECIES.electron.restEnergy],
    ['mumass*1e9', SPECIES.muon.restEnergy],
    ['log(e)', 1],
    ['prad/erad*pmass/emass', 1],
  ])('of MAD-X: %s = %d', (expression, value) => {
    expect(Number(madxValue(expression)) / value).toBeCloseTo(1, 14);
  });

  it.each<[expression: string, value: number]>([
    ['int(-2.7)', -2],
    ['nint(2.7)', 3],
    ['floor(-2.5) + ceiling(2.2)', 0],
    ['modulo(-1, 3)', 2],
    ['factorial(5)', 120],
    ['90*degrees - pi/2', 0],
    ['m_electron', SPECIES.electron.restEnergy],
    ['log(e_log)', 1],
    ['c_light', 299792458],
    ['sqrt_2^2', 2],
  ])('of Bmad: %s = %d', (expression, value) => {
    expect(Number(bmadValue(expression)) - value).toBeCloseTo(0, 9);
  });

  it('keep names of variables and of functions apart', () => {
    expect(bmadValue('abs(abs)', 'abs = -0.6')).toBe(0.6);
    expect(madxValue('abs(abs)', 'abs = -0.6;')).toBe(0.6);
  });
});

describe('variables of MAD-X', () => {
  it('are evaluated at once with =, when they are needed with :=', () => {
    const text = 'a = 1; now = a + 1; later := a + 1; a = 10;';
    expect(madxValue('now', text)).toBe(2);
    expect(madxValue('later', text)).toBe(11);
  });

  it('may be defined after what is deferred', () => {
    expect(madxValue('2*k', 'k := half/2; half := 3;')).toBe(3);
  });

  it('do not care for case, and take const and real', () => {
    expect(madxValue('KQF + kqd', 'const kqf = 2; REAL CONST KQD := 3; real = 7;')).toBe(5);
  });

  it('of elements are attributes, which follow what they are deferred to', () => {
    const elements = 'q: quadrupole, l=1, k1:=k; k = 3; q->l = 2;';
    expect(madxValue('q->k1 * Q->L', elements)).toBe(6);
  });

  it('of a beam are what it was given', () => {
    expect(madxValue('beam->energy', 'beam, particle=proton, energy=2;')).toBe(2);
  });

  it('are evaluated once, however many refer to them', () => {
    // 2^60 evaluations would never end.
    const doubled = Array.from({ length: 60 }, (_, i) => `a${i + 1} := a${i} + a${i};`).join(' ');
    expect(madxValue('a60', `a0 = 1; ${doubled}`)).toBe(2 ** 60);
  });

  it.each<[name: string, text: string, message: string]>([
    ['cycle', 'a := b; b := a;', "ring.madx:1:14: 'a' depends on itself"],
    ['itself', 'a := a + 1;', "'a' depends on itself"],
    ['unknown', 'kqf = 1; a := kqff;', "variable 'kqff' is not defined — did you mean 'kqf'?"],
  ])('say what is wrong: %s', (_, text, message) => {
    expect(errorOf(() => madxValue('a', text)).message).toContain(message);
  });

  it('stop at a chain that is too long', () => {
    const chain = Array.from({ length: 1000 }, (_, i) => `a${i + 1} := a${i};`).join('\n');
    expect(errorOf(() => madxValue('a1000', `a0 = 1; ${chain}`)).message).toContain('chain of more than 500');
  });
});

describe('expressions that are none', () => {
  it.each<[expression: string, message: string]>([
    ['1/0', "1:16: '/' of 1 and 0 is not a finite number"],
    ['log(-1)', "'log' of -1 is not a finite number"],
    ['10^400', "'^' of 10 and 400 is not a finite number"],
    ['1e400', '1e400 is too large a number'],
    ['sqr(2)', "there is no function 'sqr' — did you mean 'sqrt'?"],
    ['ranf()', "there is no function 'ranf'"],
    ['sqrt(1, 2)', "'sqrt' takes 1 number, not 2"],
    ['sqrt()', "'sqrt' takes 1 number, not 0"],
    ['(1', "in an expression: expected ')', but the statement ends"],
    ['1 +', 'in an expression: expected a number or a name, but the statement ends'],
    ['q->', 'in an expression: expected the name of an attribute, but the statement ends'],
    ['q->l', "no element is named 'q' — known: d"],
    ['d->k1', "attribute 'k1' of drift 'd' is not set — known: l"],
    ['d->l', 'depends on itself'],
  ])('%s', (expression, message) => {
    const error = errorOf(() => madxValue(expression));
    expect(error.message).toContain(message);
    expect(error.line).toBe(1);
  });

  it('are refused when they are nested too deeply', () => {
    const deep = `${'('.repeat(200)}1${')'.repeat(200)}`;
    expect(errorOf(() => madxValue(deep)).message).toContain('nested more than 100 deep');
    expect(errorOf(() => madxValue(`${'-'.repeat(1e5)}1`)).message).toContain('nested more than 100 deep');
  });

  it('can be long', () => {
    expect(madxValue(`0${'+1'.repeat(20_000)}`)).toBe(20_000);
  });
});

describe('expressions of elegant', () => {
  it.each<[expression: string, value: number]>([
    ['1 2 +', 3],
    ['1 2 -', -1],
    ['2 3 pow', 8],
    ['3 sqr', 9],
    ['-3 chs', 3],
    ['pi 2 /', Math.PI / 2],
    ['30 dsin', 0.5],
    ['0.5 dasin', 30],
    ['180 dtor pi -', 0],
    ['1 ln', 0],
    ['3 4 hypot', 5],
    ['4 rec', 0.25],
    ['1 2 max2 3 min2', 2],
    ['2 3 mult', 6],
    ['1e-3', 1e-3],
  ])('%s = %d', (expression, value) => {
    expect(rpnValue(expression)).toBeCloseTo(value, 14);
  });

  it('remember what lines with % store', () => {
    expect(rpnValue('lq 2 / L2 +', '% 0.5 sto lq\n  % lq 1 + sto l2 2 * sto l3')).toBe(1.75);
    expect(rpnValue('l3', '% 0.5 sto lq\n% lq 1 + sto l2 2 * sto l3')).toBe(3);
  });

  it.each<[expression: string, message: string]>([
    ['1 +', "ring.lte:2:13: '+' takes 2 numbers, but the stack has 1"],
    ['1 2', 'the expression leaves 2 numbers where it should leave one'],
    ['', 'the expression leaves 0 numbers'],
    ['lqq', "variable 'lqq' is not defined"],
    ['1 0 /', "'/' of 1 and 0 is not a finite number"],
  ])('"%s" is none', (expression, message) => {
    expect(errorOf(() => rpnValue(expression)).message).toContain(message);
  });

  it('name a line with % that cannot be run', () => {
    expect(errorOf(() => rpnValue('1', '% sto x')).message).toBe(
      "ring.lte:1:1: 'sto' takes a number and a name",
    );
    expect(errorOf(() => rpnValue('1', '% 1 sto')).line).toBe(1);
    expect(errorOf(() => rpnValue('1', '\n% 1 +')).line).toBe(2);
  });
});
