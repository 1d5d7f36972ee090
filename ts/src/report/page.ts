import type { Figure } from './figure.js';
import { STYLE } from './style.js';

/** What the page says around its figures. */
export interface PageText {
  readonly title: string;
  /** Sentences at the top: what was studied. */
  readonly summary: readonly string[];
  /** What is not shown, and why. */
  readonly missing: readonly string[];
}

/** One HTML document with everything in it: no script, no request. */
export function pageOf({ title, summary, missing }: PageText, figures: readonly Figure[]): string {
  const paragraphs = summary.map((text) => `<p>${escapeHtml(text)}</p>`);
  const left = missing.map((text) => `<li>${escapeHtml(text)}</li>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${paragraphs.join('\n')}
${contentsOf(figures)}
${figures.map(figureOf).join('\n')}
${left.length > 0 ? `<section class="missing"><h2>Not shown</h2><ul>${left.join('')}</ul></section>` : ''}
</main>
</body>
</html>
`;
}

function contentsOf(figures: readonly Figure[]): string {
  if (figures.length < 2) return '';
  const entries = figures.map(({ name, title }) => `<li><a href="#${name}">${escapeHtml(title)}</a></li>`);
  return `<nav><ol>${entries.join('')}</ol></nav>`;
}

function figureOf({ name, title, caption, svg }: Figure, index: number): string {
  return `<figure id="${name}">
<h2>${index + 1}. ${escapeHtml(title)}</h2>
${svg}
<figcaption>${escapeHtml(caption)}</figcaption>
</figure>`;
}

/** Text as it can stand in HTML, in attributes, too. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
