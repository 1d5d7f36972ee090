/** Commands that look at a machine, print or plot it: nothing is lost without them but their output. */
export const HARMLESS_COMMANDS: ReadonlySet<string> = new Set([
  ...['assign', 'coguess', 'correct', 'create', 'delete', 'dumpsequ', 'dynap', 'emit', 'eprint', 'esave'],
  ...[
    'fill',
    'help',
    'ibs',
    'plot',
    'print',
    'printf',
    'ptc_create_layout',
    'ptc_create_universe',
    'ptc_end',
  ],
  ...['ptc_normal', 'ptc_select', 'ptc_setswitch', 'ptc_track', 'ptc_trackline', 'ptc_twiss', 'quit'],
  ...[
    'readtable',
    'resbeam',
    'resplot',
    'run',
    'save',
    'savebeta',
    'select',
    'set',
    'setplot',
    'show',
    'sodd',
  ],
  ...[
    'start',
    'observe',
    'survey',
    'sxfwrite',
    'system',
    'title',
    'touschek',
    'twiss',
    'use_macro',
    'usekick',
  ],
  ...[
    'usemonitor',
    'value',
    'write',
    'aperture',
    'twcavity',
    'endtrack',
    'track',
    'ptc_start',
    'ptc_observe',
  ],
]);

/** Commands that end a file. */
export const LAST_COMMANDS: ReadonlySet<string> = new Set(['return', 'stop', 'exit', 'quit']);

/** Commands that change the machine in ways that are not followed. */
export const REFUSED_COMMANDS: ReadonlySet<string> = new Set([
  ...[
    'cycle',
    'ealign',
    'efcomp',
    'exec',
    'extract',
    'flatten',
    'if',
    'install',
    'makethin',
    'match',
    'move',
  ],
  ...[
    'readmytable',
    'reflect',
    'remove',
    'replace',
    'seqedit',
    'seterr',
    'setvars',
    'setvars_lin',
    'sxfread',
  ],
  ...['while', 'error', 'eoption', 'crossing'],
]);
