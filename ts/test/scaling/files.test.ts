import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { OptionsError, ScalingError } from '../../src/index.js';
import { ScalingFiles } from '../../src/scaling/files.js';
import type { ScalingReport } from '../../src/scaling/report.js';

const root = mkdtempSync(join(tmpdir(), 'unkick-'));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;
const newFolder = () => join(root, String(folders++), 'deep');

const report = (total: number): ScalingReport => ({
  ...{ format: 'unkick scaling 1', unkick: '0.1.0', command: 'unkick scaling', date: '2026-11-20T12:00:00Z' },
  machine: { cpu: 'c', cores: 2, memory: 1, platform: 'p', node: 'n', backend: 'cpu', threads: 2 },
  ...{ problem: { kind: 'reference' }, total, cases: [], laws: [] },
  design: { strategies: ['store'], particles: [1], grids: [8], kicks: [1] },
});

describe('ScalingFiles', () => {
  it('makes its folder and gives back what it wrote', async () => {
    const folder = newFolder();
    const files = new ScalingFiles(folder);
    expect(await files.read()).toBeUndefined();
    await files.write(report(1));
    await files.write(report(2));
    expect(await new ScalingFiles(folder).read()).toEqual(report(2));
    expect(readFileSync(join(folder, 'scaling.csv'), 'utf8')).toMatch(
      /^strategy,particles,grid,cells,kicks,/,
    );
    expect(existsSync(join(folder, 'scaling.json.part'))).toBe(false);
  });

  it.runIf(existsSync('/dev/full')).each(['scaling.json', 'scaling.csv'])(
    'keeps what is there when the disk is full for %s',
    async (name) => {
      const folder = newFolder();
      const files = new ScalingFiles(folder);
      await files.write(report(1));
      symlinkSync('/dev/full', join(folder, `${name}.part`));
      const failing = files.write(report(2));
      await expect(failing).rejects.toThrow(ScalingError);
      await expect(failing).rejects.toThrow(
        `${join(folder, name)} cannot be written: the disk is full; what was written before is kept`,
      );
      const expected = name === 'scaling.json' ? 1 : 2;
      expect(await new ScalingFiles(folder).read()).toEqual(report(expected));
      // With room again it goes on.
      await files.write(report(3));
      expect(await new ScalingFiles(folder).read()).toEqual(report(3));
    },
  );

  it('says why a folder cannot be used', async () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    await expect(new ScalingFiles(file).write(report(1))).rejects.toThrow(
      `the folder ${file} cannot be made: a file of that name is in the way`,
    );
    await expect(new ScalingFiles(join(file, 'below')).read()).rejects.toThrow(
      `${join(file, 'below', 'scaling.json')} cannot be read: a part of the path is no folder`,
    );
    const inTheWay = newFolder();
    mkdirSync(join(inTheWay, 'scaling.json'), { recursive: true });
    await expect(new ScalingFiles(inTheWay).read()).rejects.toThrow(/cannot be read: it is a folder/);
  });

  it.each(['{"format":"unkick scaling 0"}', '{"format":"unkick sca', 'null', ''])(
    'refuses a file that is no sweep: %s',
    async (text) => {
      const folder = newFolder();
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'scaling.json'), text);
      await expect(new ScalingFiles(folder).read()).rejects.toThrow(OptionsError);
    },
  );

  it('notices another sweep at work in its folder', async () => {
    const folder = newFolder();
    const [one, other] = [new ScalingFiles(folder), new ScalingFiles(folder)];
    await one.read();
    await other.read();
    await one.write(report(1));
    await expect(other.write(report(2))).rejects.toThrow(/another sweep seems to be at work there/);
    await one.write(report(3));
    expect(await new ScalingFiles(folder).read()).toEqual(report(3));
  });
});
