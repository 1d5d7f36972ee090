import { Quadrupole } from '../../src/index.js';
import { describeElementLaws } from '../support/elementLaws.js';

describeElementLaws({
  'a quadrupole': new Quadrupole({ length: 0.4, k1: 3 }),
  'a quadrupole that is off': new Quadrupole({ length: 0.4, k1: 0 }),
  'a strong one out of place': new Quadrupole({ length: 0.3, k1: -40, dx: 1e-3, dy: -2e-3, tilt: 0.3 }),
});
