import { describe, expect, it } from 'vitest';
import { didYouMean, nearest } from '../src/nearest.js';

describe('nearest', () => {
  it('finds the name a typing error was meant to be, whatever its case', () => {
    expect(nearest('sigmax', ['sigmaX', 'sigmaY', 'sigmaTau'])).toEqual(['sigmaX']);
    expect(nearest('lenght', ['length', 'k1'])).toEqual(['length']);
    expect(nearest('electorn', ['electron', 'positron', 'proton'])).toEqual(['electron']);
  });

  it('gives every candidate at the least distance, at most three, in their order', () => {
    expect(nearest('q5', ['q1', 'd1', 'q2'])).toEqual(['q1', 'q2']);
    expect(nearest('q5', ['q1', 'q2', 'q3', 'q4'])).toEqual(['q1', 'q2', 'q3']);
  });

  it('finds nothing when nothing is alike', () => {
    expect(nearest('banana', ['length', 'k1'])).toEqual([]);
    expect(nearest('z', ['x', 'y'])).toEqual([]);
    expect(nearest('x', [])).toEqual([]);
  });
});

describe('didYouMean', () => {
  it('asks about close names', () => {
    expect(didYouMean('k2', ['length', 'k1'])).toBe(" — did you mean 'k1'?");
    expect(didYouMean('q5', ['q1', 'q2'])).toBe(" — did you mean 'q1' or 'q2'?");
  });

  it('lists what there is when nothing is close', () => {
    expect(didYouMean('banana', ['length', 'k1'])).toBe(' — known: length, k1');
  });

  it('shortens a long list and says how long it is', () => {
    const many = Array.from({ length: 40 }, (_, i) => `element${i}`);
    expect(didYouMean('?', many)).toMatch(/^ — known: element0, .*element11, … \(40 in all\)$/);
  });

  it('says nothing when there is nothing to choose from', () => {
    expect(didYouMean('x', [])).toBe('');
  });
});
