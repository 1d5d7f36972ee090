import { Document, isScalar, type ScalarTag, visit } from 'yaml';

/** Numbers with as many digits as it takes to read the same bits. Readers of YAML 1.1 take 1e-7 for a word: it is 1.0e-7 here. */
const NUMBER: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  identify: (value) => typeof value === 'number',
  // Nothing is read with it.
  test: /(?!)/,
  resolve: Number,
  stringify: ({ value }) => {
    if (Object.is(value, -0)) return '-0.0';
    const text = String(value);
    return text.includes('.') ? text : text.replace('e', '.0e');
  },
};

/** A value as a YAML text that readers of YAML 1.1 understand alike: words such as `no` stand in quotes. */
export function printYaml(value: unknown): string {
  const document = new Document(value, {
    aliasDuplicateObjects: false,
    compat: 'yaml-1.1',
    customTags: (tags) => [NUMBER, ...tags],
  });
  visit(document, {
    Seq: (_key, sequence) => {
      // Vectors stand in one line, matrices row by row.
      sequence.flow = sequence.items.every((item) => isScalar(item) && typeof item.value === 'number');
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
