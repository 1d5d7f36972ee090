import { Document, isScalar, type ScalarTag, visit } from 'yaml';
import { floatText } from './floatText.js';

/** Numbers with as many digits as it takes to read the same bits. Readers of YAML 1.1 take 1e-7 for a word: it is 1.0e-7 here. */
const NUMBER: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  identify: (value) => typeof value === 'number',
  // Nothing is read with it.
  test: /(?!)/,
  resolve: Number,
  stringify: ({ value }) =>
    Number.isSafeInteger(value) && !Object.is(value, -0) ? String(value) : floatText(value as number),
};

/** Words that are no words to readers of YAML 1.1. */
const NO_WORD = /^(?:y|yes|n|no|on|off|true|false|null|nan|inf)$/i;

/** A value as a YAML text that readers of YAML 1.1 understand alike. */
export function printYaml(value: unknown): string {
  const document = new Document(value, {
    aliasDuplicateObjects: false,
    customTags: (tags) => [NUMBER, ...tags],
  });
  visit(document, {
    Scalar: (_key, scalar) => {
      if (typeof scalar.value === 'string' && NO_WORD.test(scalar.value)) scalar.type = 'QUOTE_DOUBLE';
    },
    Seq: (_key, sequence) => {
      // Vectors stand in one line, matrices row by row.
      sequence.flow = sequence.items.every((item) => isScalar(item) && typeof item.value === 'number');
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
