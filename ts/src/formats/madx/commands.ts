/** Commands that look at a machine, print or plot it, or slice it for a tracker of its own: the machine is the same without them. */
export const HARMLESS_COMMANDS: ReadonlySet<string> = wordsOf(`
  aperture assign coguess correct create delete dumpsequ dynap emit endtrack eprint esave fill help ibs makethin
  observe plot print printf readtable resbeam resplot run save savebeta select set setplot show sodd start survey
  sxfwrite system title touschek track twcavity twiss usekick usemonitor value write
`);

/** Commands that end a file. */
export const LAST_COMMANDS: ReadonlySet<string> = wordsOf('return stop exit quit');

/** Commands that change the machine in ways that are not followed. */
export const REFUSED_COMMANDS: ReadonlySet<string> = wordsOf(`
  crossing cycle ealign efcomp eoption error exec extract flatten if install match move readmytable reflect remove
  replace seqedit seterr setvars setvars_lin sxfread while
`);

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/).filter((word) => word !== ''));
}
