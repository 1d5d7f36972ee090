/** On screen one column as wide as its figures; on paper A4 without the list of contents, no figure cut in two. */
export const STYLE = `
:root { color-scheme: light; }
body { margin: 0; background: #fff; color: #1a1a1a; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.5rem 4rem; overflow-wrap: break-word; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.15rem; line-height: 1.3; margin: 0 0 .75rem; }
a { color: #0b5394; }
nav { margin: 1.5rem 0; }
figure { margin: 2.5rem 0; padding: 1.25rem 1.25rem 1rem; border: 1px solid #d1d5db; border-radius: 6px; }
figure svg { display: block; width: auto; max-width: 100%; height: auto; margin: 0 auto; }
figcaption { margin-top: .75rem; font-size: .875rem; color: #374151; }
.missing { font-size: .9rem; }
@page { size: A4; margin: 15mm; }
@media print {
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  nav { display: none; }
  figure { break-inside: avoid; border: 0; padding: 0; margin: 0 0 8mm; }
  h2 { break-after: avoid; }
}
`;
