import { fieldTableMarkdown, problemJsonSchema } from '../io/fieldTable.js';

/** `unkick schema`: the JSON schema of problem files, or with `--markdown` the table of docs/problem-file.md. */
export function schema({ markdown = false }: { markdown?: boolean }): void {
  const text = markdown ? fieldTableMarkdown() : JSON.stringify(problemJsonSchema(), null, 2);
  process.stdout.write(`${text}\n`);
}
