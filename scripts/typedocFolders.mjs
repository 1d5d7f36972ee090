// A plugin of TypeDoc: every export goes into the category of the folder that it comes from.
import { Comment, CommentTag, Converter } from 'typedoc';

/** Folders of ts/src by what a reader looks for. What lies in none of them is for running. */
const CATEGORIES = {
  beam: 'Beams',
  io: 'Files',
  elements: 'Elements',
  lattice: 'Lattices',
  formats: 'Lattice files',
  objective: 'Objectives',
  optics: 'Optics',
  match: 'Matching',
  memory: 'Memory and planning',
  report: 'Reports',
  scaling: 'Scaling studies',
};
const OTHERS = 'Tracking and gradients';

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const reflection of project.children ?? []) {
      const path = reflection.sources?.[0]?.fullFileName ?? '';
      const [, folder] = /ts\/src\/([^/]+)\//.exec(path) ?? [];
      reflection.comment ??= new Comment();
      const category = [{ kind: 'text', text: CATEGORIES[folder] ?? OTHERS }];
      reflection.comment.blockTags.push(new CommentTag('@category', category));
    }
  });
}
