import type { AttributeValue, DescribedAttribute, SourcePosition } from './description.js';

/** A value in a file. */
export type FileValue = number | string | boolean | readonly unknown[] | FileFields;
/** Fields of an element in a file; groups hold fields again. */
export interface FileFields {
  readonly [name: string]: FileValue;
}

/** Where what is not in a file yet stands. */
export const NOWHERE: SourcePosition = { file: 'the element that is written', line: 1, column: 1 };

/** Fields as a reader describes them. */
export function attributesOf(fields: FileFields, group = ''): Map<string, DescribedAttribute> {
  const attributes = new Map<string, DescribedAttribute>();
  for (const [name, value] of Object.entries(fields)) {
    const path = `${group}${name}`;
    if (typeof value === 'object' && !Array.isArray(value)) {
      for (const [inner, attribute] of attributesOf(value as FileFields, `${path}.`))
        attributes.set(inner, attribute);
    } else
      attributes.set(path, {
        value: (Array.isArray(value) ? value.flat() : value) as AttributeValue,
        at: NOWHERE,
      });
  }
  return attributes;
}

/** The numbers that are set and not 0; −0 is left to the extension. */
export function unlessZero(fields: Readonly<Record<string, number | undefined>>): FileFields {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined && value !== 0);
  return Object.fromEntries(kept as [string, number][]);
}
