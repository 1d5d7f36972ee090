#!/usr/bin/env node
import { run } from './program.js';

// A reader that has seen enough (unkick schema | head) closes the pipe: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await run(process.argv);
